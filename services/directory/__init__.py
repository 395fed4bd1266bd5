"""The directory: participants and their consent, the community's assets, and its everyday vocabulary."""
