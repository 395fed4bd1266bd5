"""The gap report's rule: what is counted, and what must not be shown because somebody could be recognised in it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tally:
    """The true counts of one category: needs stated, capabilities named, both published, and needs met."""

    category: str | None
    needs: int = 0
    capabilities: int = 0
    published: int = 0
    met: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """A count as it may be read: the number, or none and words instead."""

    count: int | None
    shown: str


@dataclass(frozen=True, slots=True)
class Gap:
    """One category of the report."""

    category: str | None
    needs: Shown
    capabilities: Shown
    published: Shown
    met: Shown
    unmet: Shown


WITHHELD = Shown(None, "withheld")


def gap(tally: Tally, *, threshold: int) -> Gap:
    """Return `tally` with every count hidden that is small, or that would give a small one away."""
    met, unmet = _split(tally.needs, tally.met, threshold)
    return Gap(
        category=tally.category,
        needs=_alone(tally.needs, threshold),
        capabilities=_alone(tally.capabilities, threshold),
        published=_published(tally, threshold),
        met=met,
        unmet=unmet,
    )


def _small(count: int, threshold: int) -> bool:
    return 0 < count < threshold


def _few(threshold: int) -> Shown:
    return Shown(None, f"fewer than {threshold}")


def _alone(count: int, threshold: int) -> Shown:
    return _few(threshold) if _small(count, threshold) else Shown(count, str(count))


def _split(needs: int, met: int, threshold: int) -> tuple[Shown, Shown]:
    """Return met and unmet, which make up `needs`: whoever knows two of the three knows the third.

    Of a few needs nothing is told, not even that none is met. Where one part is small the other is withheld. Just
    above the threshold even the words "fewer than" would leave one possibility only, so both are withheld.
    """
    unmet = needs - met
    if _small(needs, threshold):
        return _few(threshold), _few(threshold)
    if not (_small(met, threshold) or _small(unmet, threshold)):
        return Shown(met, str(met)), Shown(unmet, str(unmet))
    if needs < 2 * threshold - 1:
        return WITHHELD, WITHHELD
    return (_few(threshold), WITHHELD) if _small(met, threshold) else (WITHHELD, _few(threshold))


def _published(tally: Tally, threshold: int) -> Shown:
    """Return how much is published; beside a hidden count a larger number would narrow that one down."""
    if _small(tally.published, threshold):
        return _few(threshold)
    if _small(tally.needs, threshold) or _small(tally.capabilities, threshold):
        few = tally.needs + tally.capabilities < threshold
        return _few(threshold) if few else WITHHELD
    return Shown(tally.published, str(tally.published))
