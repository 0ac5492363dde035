"""What sites ask of us, and where a crawl may not go."""
