"""The time-bank network's facade: JSON:API over offers, needs, members, accounts and transfers.

Coming in: `door` (pages of any origin, media types, errors), `tokens` (signing in), `routes` (addresses), `schemas`
(bodies). What is asked and answered: `jsonapi` (queries, pages, documents), `operations` (one function for each use),
`domain` (names, codes, numbers). Where it comes from: `clients` (`/v1`, by the client's own token), `remembered`
(between pages); `briefs` (what is chosen by) and `shapes` (how it looks).
"""
