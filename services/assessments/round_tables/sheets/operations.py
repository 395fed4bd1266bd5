"""Making sheets of image cards: for an evening, or for any images of the vocabulary."""

from collections.abc import Sequence
from uuid import UUID

from services.assessments.round_tables import naming, operations
from services.assessments.round_tables.sheets.domain import ImageCard, NoSuchImage, Sheet
from services.kernel.problems import FieldError
from services.kernel.work import Work
from services.vocabulary import CATEGORIES
from services.vocabulary.concepts import concepts


async def of_evening(work: Work, round_table_id: UUID, *, language: str, per_page: int) -> Sheet:
    """Return the sheet of an evening's images, in the language of a table."""
    round_table = await operations.get(work, round_table_id)
    return sheet(
        round_table.images, title=round_table.title, language=language,
        host_language=round_table.host_language, per_page=per_page,
    )  # fmt: skip


def checked_images(keys: Sequence[str]) -> list[str]:
    """Return the keys of images, each once. Raises NoSuchImage for one that the vocabulary does not know."""
    wanted = list(dict.fromkeys(key.strip() for key in keys))
    for key in wanted:
        if key not in CATEGORIES and key not in concepts():
            message = "names an image that is neither a category nor a concept of the vocabulary"
            raise NoSuchImage(message, errors=[FieldError(source="query", path="/images", message=message)])
    return wanted


def sheet(images: Sequence[str], *, title: str, language: str, host_language: str, per_page: int) -> Sheet:
    """Return a sheet of `images`, labelled in both languages."""
    cards = [_card(image, language, host_language) for image in images]
    return Sheet(title, language, host_language, cards, per_page)


def _card(image: str, language: str, host_language: str) -> ImageCard:
    label, beneath = naming.named(image, language), naming.named(image, host_language)
    same = (label.text, label.language) == (beneath.text, beneath.language)
    return ImageCard(naming.icon(image), label.text, label.language, None if same else beneath.text, beneath.language)
