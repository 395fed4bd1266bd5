"""Who may see whom: assigned caseworkers, who broke the glass and why, and who looked."""
