"""`python -m deploy.prepare`: makes a database ready for a process per service, and prints what each must be told."""

import os
import sys

from deploy.database import SERVICES, Refused, prepare, runtime_url
from services.kernel.secrets import derived


def main() -> int:
    """Prepare the database of CANDO_DATABASE_URL with CANDO_SECRET; return the exit code."""
    admin, secret = os.environ.get("CANDO_DATABASE_URL", ""), os.environ.get("CANDO_SECRET", "")
    if not admin or len(secret) < 32:
        print("CANDO_DATABASE_URL and CANDO_SECRET (32 characters or more) are needed.", file=sys.stderr)
        return 2
    try:
        prepare(admin, secret)
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 1
    for service in SERVICES:
        print(f"# {service}\nCANDO_DATABASE_URL={runtime_url(admin, service, secret)}")
        kept = ("CANDO_SECRET", secret) if service == "gateway" else (
            "CANDO_SERVICE_SECRET", derived(secret, f"service:{service}"))  # fmt: skip
        print("=".join(kept) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
