"""Referrals in: a ServiceRequest with the person's consent becomes a stated need of hers.

`elements` reads JSON with a path to name what is wrong; `received` says what a referral is made of; `permission` what
a Consent permits; `bundles` takes transactions apart; `operations` does it all in `/v1`.
"""
