"""What people may ask of us by law: to be shown everything, to be left alone, to be gone; all of it in time."""
