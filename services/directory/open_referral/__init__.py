"""The public feed in the national format (Open Referral UK 3.0), and the taxonomies that it names."""
