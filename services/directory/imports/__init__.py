"""Taking in other directories, line by line, saying what could not be used."""
