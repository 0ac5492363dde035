"""Articles that somebody kept already: WARC files, saved pages, other Markdown collections, JSON lines."""
