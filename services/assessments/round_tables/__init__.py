"""An evening of round tables: invitations, tables by language, image cards for two questions, results."""
