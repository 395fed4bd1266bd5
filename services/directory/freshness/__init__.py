"""How fresh the directory is: what nobody has confirmed for long is listed, asked for, and in the end hidden."""
