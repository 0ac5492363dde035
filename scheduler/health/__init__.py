"""What is normal for a source, what is wrong with it, and since when."""
