"""Image cards on paper: pictogram and label, to print and cut."""
