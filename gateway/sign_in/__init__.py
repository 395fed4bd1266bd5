"""Staff sign in with the accounts their organisation has given them, and apps bring the token that they got there.

An organisation names its identity provider (`/v1/identity-providers`): the issuer, the audiences, the algorithms. An
app that may act for staff shows the provider's token at `/oauth/token` (RFC 8693) and gets the same opaque token for
the same member of staff as ever. What the token must look like is in `domain.py`, whose keys it is checked with in
`keys.py`, who it is in `recognition.py`.
"""
