"""What people are told before they consent: one text per language, whose review is on record, published once."""
