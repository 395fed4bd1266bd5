"""`make migration service=… says="…"`: drafts a migration from what the models have and a prepared database lacks."""

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from deploy import embedded
from deploy.database import ALEMBIC_INI, SERVICES, prepare


def main() -> int:
    """Prepare a throwaway database and let alembic compare; return the exit code."""
    if len(sys.argv) != 3 or sys.argv[1] not in SERVICES or not sys.argv[2]:
        print(f'Usage: make migration service={"|".join(SERVICES)} says="what changes"')
        return 2
    service, says = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        server = embedded.start(Path(folder))
        try:
            prepare(server.get_uri(), "0" * 32)
            config = Config(ALEMBIC_INI, ini_section=service)
            config.attributes["url"] = server.get_uri()
            number = len(list((ALEMBIC_INI.parent / "migrations" / service).glob("0*.py"))) + 1
            command.revision(config, says, autogenerate=True, rev_id=f"{number:04}")
        finally:
            server.cleanup()
    return 0


if __name__ == "__main__":
    sys.exit(main())
