"""ESCO from the user's own files, as an extension of the vocabulary."""

import gzip
import os
from pathlib import Path

import pytest

from services.vocabulary.esco import NotEsco, read
from services.vocabulary.linking import Linker

SAMPLES = Path(os.environ.get("CANDO_SAMPLES", Path(__file__).parents[3] / "shared")) / "data" / "esco"


def test_labels_and_alternative_labels_become_terms_of_their_uri(tmp_path: Path) -> None:
    table = tmp_path / "skills.csv.gz"
    with gzip.open(table, "wt", encoding="utf-8") as file:
        file.write("uri,preferred_label,alternative_labels\nurn:felt,make felt hats,felt hats|make felt hats\n")
    assert [(one.concept, one.text, one.language) for one in read(table, language="en")] == [
        ("urn:felt", "make felt hats", "en"), ("urn:felt", "felt hats", "en"),
    ]  # fmt: skip


def test_another_table_is_refused_by_name(tmp_path: Path) -> None:
    table = tmp_path / "other.csv"
    table.write_text("id,name\n1,a\n")
    with pytest.raises(NotEsco, match=r"other\.csv"):
        list(read(table, language="en"))


@pytest.mark.samples
@pytest.mark.skipif(not SAMPLES.exists(), reason="the real files do not lie beside the repository")
def test_a_german_label_leads_to_the_uri_of_the_english_one() -> None:
    german = list(read(SAMPLES / "labels_de.csv.gz", language="de"))
    assert len(german) > 12_000
    linker = Linker(german)
    one = next(term for term in german if term.text == "Strafvollzugsverfahren beaufsichtigen")
    assert linker.link("Ich kann Strafvollzugsverfahren beaufsichtigen", "de")[0].concept == one.concept
