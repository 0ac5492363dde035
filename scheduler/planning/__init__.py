"""When each source is crawled next, from what is known of it."""
