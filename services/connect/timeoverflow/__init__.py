"""TimeOverflow, which has no REST API: its reports come in, and the same columns go out, as CSV files.

`sheets` reads and writes cells, `columns` knows what the columns are called, `records` what a row says, `categories`
and `mapping` how that is said here. `bringing_in` and `taking_out` do the work over the public `/v1`; `__main__` is
the command.
"""
