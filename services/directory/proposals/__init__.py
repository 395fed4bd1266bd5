"""What community asset surveys propose to list: it becomes an entry when somebody confirms it, and not before."""
