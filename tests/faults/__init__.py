"""What happens when something breaks: processes are killed, the database goes away, the disk is full, clocks jump."""
