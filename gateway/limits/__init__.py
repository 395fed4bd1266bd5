"""How much each client, tenant and address may ask, counted for all gateways together, and how much at one time."""
