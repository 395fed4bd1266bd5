"""Participants whom another system keeps and pushes here, by its own ids."""
