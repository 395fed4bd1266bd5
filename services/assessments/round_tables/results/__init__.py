"""What came of an evening: counted while it runs, and published in every language that sat there."""
