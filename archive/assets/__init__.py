"""The pictures of articles, each content once."""
