"""Offers: what somebody is prepared to share. The address of offers; how they behave is in `listings`."""
