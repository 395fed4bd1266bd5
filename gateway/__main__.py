"""`python -m gateway service-secret NAME`: what the service NAME must show the gateway (its CANDO_SERVICE_SECRET)."""

import os
import sys

from services.kernel.app import NAMES
from services.kernel.secrets import derived

USAGE = f"usage: python -m gateway service-secret {{{','.join(('gateway', *NAMES))}}}   (reads CANDO_SECRET)"
_SHORTEST = 32


def main(arguments: list[str]) -> int:
    """Print the secret, or how to ask for it; return the exit status."""
    if len(arguments) != 2 or arguments[0] != "service-secret" or arguments[1] not in ("gateway", *NAMES):
        print(USAGE, file=sys.stderr)
        return 2
    secret = os.environ.get("CANDO_SECRET", "")
    if len(secret) < _SHORTEST:
        print(f"CANDO_SECRET must be set, to at least {_SHORTEST} characters.", file=sys.stderr)
        return 1
    print(derived(secret, f"service:{arguments[1]}"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
