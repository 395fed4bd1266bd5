"""The directory: participants and their consent, and the community's assets: organisations, places, services."""
