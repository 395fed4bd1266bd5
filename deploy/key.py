"""`make key`: puts a new bootstrap key in the place of a lost one. The old one ends."""

import sys

from deploy import standalone
from gateway.bootstrap import renew_bootstrap_key
from services.kernel.clock import system_clock


async def renew(started: standalone.Started) -> None:
    """Renew the key of an instance that is started for this alone, and print it."""
    database = started.house.gateway.desk.state.kernel.database
    key = await renew_bootstrap_key(database, started.secret, system_clock)
    print(f"The new bootstrap key, shown only this once:\n  export KEY={key}")
    started.stop()


if __name__ == "__main__":
    sys.exit(standalone.main(renew, port=0))
