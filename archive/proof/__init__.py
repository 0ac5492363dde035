"""Proof and repair: everything the archive holds against what the ledger says of it."""
