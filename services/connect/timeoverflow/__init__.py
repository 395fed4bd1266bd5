"""TimeOverflow's reports as CSV, in and out."""
