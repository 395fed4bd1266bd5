"""Needs and offers that another system keeps and pushes here, by its own ids."""
