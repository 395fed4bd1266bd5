"""docs/benchmarks.md has a section for each thing measured; each is written by its own command and leaves the others."""

from __future__ import annotations

from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"


def _mark(name: str) -> tuple[str, str]:
    return f"<!-- {name}: begins -->\n", f"<!-- {name}: ends -->\n"


def kept(page: Path = PAGE) -> str:
    """Return the sections that other commands than the engine's have written, to stand behind what it writes anew."""
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    at = text.find("<!-- ")
    return "" if at < 0 else "\n" + text[at:]


def put(name: str, section: str, page: Path = PAGE) -> None:
    """Write a section in the place of the one of that name, or at the end."""
    begins, ends = _mark(name)
    text = page.read_text(encoding="utf-8") if page.exists() else "# Benchmarks\n"
    made = f"{begins}## {name}\n\n{section.strip()}\n{ends}"
    before, found, rest = text.partition(begins)
    if found:
        page.write_text(before + made + rest.partition(ends)[2], encoding="utf-8")
    else:
        page.write_text(text.rstrip("\n") + "\n\n" + made, encoding="utf-8")
