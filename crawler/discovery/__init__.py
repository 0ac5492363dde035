"""Discovery: a reply of a feed, list, sitemap or API → Links. Pure."""
