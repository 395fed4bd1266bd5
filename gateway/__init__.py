"""The edge: who may come in, where each request goes, and the gateway's own desk of tenants, clients and staff."""
