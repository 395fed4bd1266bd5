"""The time bank: its rules, its routes, its conservation of credits."""
