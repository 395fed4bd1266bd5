"""The care systems' facade: FHIR R4 over assessments, needs, matches, consents and services; referrals in."""
