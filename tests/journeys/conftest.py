"""The demo, played once against the running house; the tests look at what its journeys saw and at what it told."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from deploy.demo.__main__ import Played, play
from deploy.demo.client import Instance
from deploy.demo.story import Story
from tests.town import Quarter, Town


@dataclass(frozen=True)
class Demo:
    """What the demo saw, and the lines that it told."""

    seen: Played
    lines: list[str]

    @property
    def text(self) -> str:
        """Return the whole story in one line."""
        return " ".join(" ".join(self.lines).split())


@pytest.fixture(scope="session")
def instance(town: Town) -> Iterator[Instance]:
    """The running house as the demo knows it."""
    with Instance(town.url, town.key) as instance:
        yield instance


@pytest.fixture(scope="session")
def demo(instance: Instance, hazelbrook: Quarter, lindenau: Quarter) -> Demo:
    """The demo, played where both slugs are taken already."""
    lines: list[str] = []
    return Demo(play(instance, story=Story(lines.append)), lines)
