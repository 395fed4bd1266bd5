"""FHIR R4 (4.0.1) at `/fhir`: care systems read what they may, and send people to the community.

Everything is asked from the public `/v1` with the token that the client sent; nothing is kept here.
`routes` speaks HTTP, `searching` fills bundles, `kinds` says how each resource is found, `shapes` how it looks,
`referrals` takes people in. Every error is an OperationOutcome.
"""
