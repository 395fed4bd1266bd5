"""Other directories whose feeds are read again and again."""
