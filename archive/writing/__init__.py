"""How anything comes to stay: file, ledger line, row, in this order, and what a killed process left is finished."""
