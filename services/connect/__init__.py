"""Connected systems: facades that speak what others speak already, and connectors that ask them.

Nothing in here reaches past the public `/v1`: a facade passes on the token that its client sent, a connector signs in
with credentials of its own. So no foreign system can do more through this room than it could do by itself.
"""
