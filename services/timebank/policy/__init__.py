"""The policy: what a community has decided for all accounts: limits for new ones, and when to raise an alert."""
