"""Who cares for, acts for or is family of whom, among participants."""
