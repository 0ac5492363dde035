"""Pure: which spellings are one address, and every address under which an article was met."""
