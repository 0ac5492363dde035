"""What lies in the past: archives of others, stored pages, articles read before."""
