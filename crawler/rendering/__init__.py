"""Pages that fill themselves by script: shown by the system's Chromium, which has no network of its own."""
