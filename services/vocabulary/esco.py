"""ESCO as an optional extension: its labels become terms, read from the user's own files.

The European Commission's classification of skills (CC BY 4.0) is not part of Cando. Its tables are CSV, plain or packed
by gzip, with a column `uri` and either `label`, or `preferred_label` and `alternative_labels` (with `|` between).
"""

import csv
import gzip
from collections.abc import Iterator
from pathlib import Path

from services.vocabulary.gazetteer import Term


class NotEsco(ValueError):
    """The file is no table of ESCO labels."""


def read(path: Path, *, language: str) -> Iterator[Term]:
    """Yield a term for each label in a file; the concept is the URI. Raises NotEsco."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        rows = csv.DictReader(lines)
        told = set(rows.fieldnames or ())
        if "uri" not in told or not told & {"label", "preferred_label"}:
            raise NotEsco(f"{path}: needs the columns uri and label, or uri and preferred_label.")
        for row in rows:
            labels = [row.get("label") or row.get("preferred_label") or ""]
            labels += (row.get("alternative_labels") or "").split("|")
            yield from (Term(row["uri"], label, language) for label in dict.fromkeys(labels) if label)
