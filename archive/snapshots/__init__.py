"""Each response as it was received, in WARC files."""
