"""Cards: laid on a table, translated, and published for those who consent."""
