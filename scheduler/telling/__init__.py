"""Who is told what is wrong, how, and never twice."""
