"""The plenary: tables present, like cards are grouped, dots are set, and the results are published."""
