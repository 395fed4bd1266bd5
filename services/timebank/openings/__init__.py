"""Opening balances: a time bank that moves in brings its accounts and what stood on them, line by line."""
