"""One file a revision; tables.REVISION names the head."""
