"""The services of Cando: each a folder that shares nothing with its neighbours but contracts."""
