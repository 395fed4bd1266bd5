"""Rotas: turns that are shared fairly, kept up, swapped and looked back on."""
