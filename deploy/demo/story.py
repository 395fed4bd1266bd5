"""Telling what happens in plain text that a council officer reads: chapters, sentences, lists, small tables."""

import textwrap
from collections.abc import Callable, Sequence

WIDTH = 96


class Story:
    """Writes line by line to `write`; nothing that is wrapped is wider than 96 columns."""

    def __init__(self, write: Callable[[str], None] = print) -> None:
        self._write = write
        self._chapters = 0

    def title(self, text: str) -> None:
        """Open the story."""
        self._write(text)
        self._write("=" * min(len(text), WIDTH))

    def chapter(self, text: str) -> None:
        """Begin a new chapter."""
        self._chapters += 1
        heading = f"{self._chapters}. {text}"
        self._write("")
        self._write(heading)
        self._write("-" * min(len(heading), WIDTH))

    def tell(self, *sentences: str) -> None:
        """Tell a paragraph."""
        self._wrapped(" ".join(sentences), first="", rest="")

    def item(self, text: str, *, depth: int = 0) -> None:
        """Add a line to a list; `depth` sets it in."""
        margin = "  " * (depth + 1)
        self._wrapped(text, first=f"{margin}- ", rest=f"{margin}  ")

    def items(self, texts: Sequence[str], *, depth: int = 0) -> None:
        """Add several lines to a list."""
        for text in texts:
            self.item(text, depth=depth)

    def table(self, rows: Sequence[tuple[str, ...]], *, head: tuple[str, ...]) -> None:
        """Print rows under a head, in columns as wide as they need to be; a last column that is too long is cut."""
        every = [head, *rows]
        widths = [max(len(row[column]) for row in every) for column in range(len(head))]
        for row in every:
            line = "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            self._write(line if len(line) <= WIDTH else line[: WIDTH - 1] + "…")

    def verbatim(self, text: str) -> None:
        """Print lines as they are, set in: commands to copy."""
        for line in text.splitlines():
            self._write(f"  {line}")

    def _wrapped(self, text: str, *, first: str, rest: str) -> None:
        lines = textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
        for line in lines:
            self._write(line)


def silent() -> Story:
    """Return a story that nobody hears."""
    return Story(lambda _: None)


def listed(words: Sequence[str]) -> str:
    """Return `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def hours(seconds: int) -> str:
    """Return seconds as hours and minutes, as a statement of account says them."""
    sign, rest = ("-" if seconds < 0 else ""), abs(seconds)
    return f"{sign}{rest // 3600} h {rest % 3600 // 60:02} min"
