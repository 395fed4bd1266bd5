"""Needs: what somebody wants help with. The address of needs; how they behave is in `listings`."""
