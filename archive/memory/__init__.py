"""What is remembered between crawls and not in the ledger. Lost with the database, and no harm done."""
