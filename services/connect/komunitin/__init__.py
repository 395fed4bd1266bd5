"""The time-bank network's facade: JSON:API over offers, needs, members, accounts and transfers."""
