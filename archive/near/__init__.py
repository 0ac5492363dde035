"""Near-duplicates: texts that share most of their words. Pure but for `index.py`."""
