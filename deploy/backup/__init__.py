"""Backups: one file with every schema as of one moment, its restoration, its proof, and what must be done again.

`contents` counts what a backup must hold, `sealing` keeps the file closed, `making` writes it, `restoring` brings it
back, `settling` makes what came back fit for use, `verifying` compares, `erasures` carries out again what a backup
does not know yet.
"""
