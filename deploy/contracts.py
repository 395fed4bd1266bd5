"""`make contracts`: writes what follows from the code, and with `--check` only compares.

That is each service's openapi.json, the gateway's merged one in three dialects, the catalogue of problems, the
generated part of the Python client, and the page of what is stored about people.
"""

import json
import sys
from pathlib import Path
from typing import Any

from deploy import client, stored
from deploy.house import House
from gateway import dialects
from gateway.contract import merge
from gateway.public import CATALOGUE
from services.kernel.problems import BASE, every_problem

ROOT = Path(__file__).parent.parent


def documents() -> dict[Path, dict[str, Any]]:
    """Return every contract by the file that holds it."""
    house = House("postgresql:///nowhere", secret="0" * 32)
    made = {ROOT / "services" / name / "openapi.json": app.openapi() for name, app in house.apps.items()}
    merged = merge([house.gateway.desk.openapi(), *made.values()])
    older = dialects.older(merged)
    edge = ROOT / "gateway"
    return {
        **made,
        edge / "openapi.json": merged,
        edge / "openapi-3.0.json": older,
        edge / "openapi-2.0.json": dialects.oldest(older),
    }


def catalogue() -> list[dict[str, Any]]:
    """Return every problem there is, for the gateway, whose process knows only its own."""
    known = {problem.slug: problem for problem in reversed(every_problem())}
    return [
        {"type": BASE + slug, "title": problem.title, "status": problem.status}
        for slug, problem in sorted(known.items())
    ]


def texts() -> dict[Path, str]:
    """Return what each written file should hold."""
    made = documents()
    files: dict[Path, Any] = {**made, CATALOGUE: catalogue()}
    written = {
        path: json.dumps(one, indent=1, ensure_ascii=False, sort_keys=True) + "\n" for path, one in files.items()
    }
    modules = client.modules(json.loads(written[ROOT / "gateway" / "openapi.json"]))
    package = ROOT / "client" / "cando_client"
    written[stored.PAGE] = stored.page()
    return {**written, **{package / f"{name}.py": text for name, text in modules.items()}}


def main() -> int:
    """Write the files, or say which are stale; return the exit code."""
    stale = []
    for path, text in texts().items():
        if not path.exists() or path.read_text() != text:
            stale.append(path)
            if "--check" not in sys.argv:
                path.write_text(text)
    for path in stale:
        print(f"{path.relative_to(ROOT)} {'is stale: make contracts' if '--check' in sys.argv else 'written'}")
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
