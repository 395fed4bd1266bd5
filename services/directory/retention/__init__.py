"""How long a community keeps what, in every service: its periods, what they would end, and what they have ended."""
