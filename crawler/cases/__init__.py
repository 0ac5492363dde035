"""A recipe's test cases, and invented text for them."""
