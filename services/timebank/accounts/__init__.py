"""Accounts: whose credit, held by whom, how far below zero; and what happened on them."""
