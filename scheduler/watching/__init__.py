"""How the daemon is watched: its log, metrics, and whether it is well."""
