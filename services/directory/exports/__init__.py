"""Taking the directory with you: as a map, a table, lines of JSON, or a package for another directory. No people."""
