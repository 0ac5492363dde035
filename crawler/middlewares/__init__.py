"""Downloader middlewares: which addresses may be reached, and how politely."""
