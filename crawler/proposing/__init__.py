"""Proposing a recipe for a site nobody has described: what it names, which addresses are articles, what reads them."""
