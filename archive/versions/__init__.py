"""What publishers change, and what today's reader reads otherwise."""
