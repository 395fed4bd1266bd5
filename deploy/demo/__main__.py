"""Plays the demo against the instance that CANDO_URL and CANDO_KEY name, or starts one on the data of `make run`.

CANDO_SAMPLES names the folder in which the real files for imports lie, if they are there.
"""

import asyncio
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from deploy import embedded, standalone
from deploy.demo import founding
from deploy.demo.client import App, CannotPlay, Instance
from deploy.demo.founding import Quarter
from deploy.demo.journeys import autumn, commons, connected_systems, directory, partner_app, round_table
from deploy.demo.lindenau import CAFE
from deploy.demo.neighbourhood import GOOD_NEIGHBOURS
from deploy.demo.story import Story
from gateway.bootstrap import renew_bootstrap_key
from services.kernel.clock import system_clock

READ_ONLY = ("directory:read", "participants:read", "assessments:read", "matching:read", "timebank:read",
             "community:read", "reports:read", "events:read")  # fmt: skip


class Settings(BaseSettings):
    """Read from `CANDO_…`. Documented in docs/configuration.md; a test fails when one is missing there."""

    model_config = SettingsConfigDict(env_prefix="CANDO_", extra="ignore")

    url: str | None = None
    """Where a running instance answers; without it the demo starts one."""
    key: str | None = None
    """The bootstrap key of that instance."""
    samples: Path | None = None
    """A folder with real files: `standards/oruk/examples/*.json` and `data/hsds_csv/*.csv`."""


def main() -> int:
    """Play; return the exit code. Whatever stands in the way is said in one sentence."""
    settings = Settings()
    try:
        if settings.url is None:
            return _on_our_own(settings)
        if settings.key is None:
            raise CannotPlay("CANDO_KEY must hold the bootstrap key of the instance that CANDO_URL names.")
        with Instance(settings.url, settings.key) as instance:
            play(instance, samples=settings.samples)
        return 0
    except (CannotPlay, ValidationError) as problem:
        print(f"The demo cannot go on. {problem}", file=sys.stderr)
        return 1


def _on_our_own(settings: Settings) -> int:
    async def play_here(started: standalone.Started) -> None:
        key = settings.key or await _told(started)
        there = standalone.Settings()
        url = there.public_url.rstrip("/") or f"http://{there.host}:{there.port}"
        with Instance(started.url, key) as instance:
            await asyncio.to_thread(play, instance, samples=settings.samples, shown_at=url)
        print(f"\nThe demo stops the instance that it had started; the data stay in {started.data}.")
        same = f"CANDO_DATA={started.data} make run" if started.data == str(_own_folder()) else "make run"
        print(f"`{same}` shows them again, and answers the commands above.")
        started.stop()

    return standalone.main(play_here, port=0, data=_own_folder())


def _own_folder() -> Path:
    """Return where the demo keeps its data: apart from those of a real installation."""
    return embedded.default_folder() / "demo"


async def _told(started: standalone.Started) -> str:
    """Return the bootstrap key of a new installation, or a new one for the demo's own; print it.

    Raises CannotPlay for any other installation: its key is not ours to replace.
    """
    key = await started.key()
    if key is None:
        if started.data != str(_own_folder()):
            raise CannotPlay(
                "This installation has a bootstrap key; CANDO_KEY must hold it (`make key` renews a lost one)."
            )
        key = await renew_bootstrap_key(started.house.gateway.desk.state.kernel.database, started.secret, system_clock)
    print(f"The bootstrap key, shown only this once (it makes tenants and clients):\n  export KEY={key}\n", flush=True)
    return key


@dataclass(frozen=True, slots=True)
class Played:
    """The quarters that were founded, and what each journey saw."""

    hazelbrook: Quarter
    directory: directory.Directory
    partner_app: partner_app.PartnerApp
    connected: connected_systems.ConnectedSystems
    lindenau: Quarter
    round_table: round_table.RoundTable
    autumn: autumn.Autumn
    commons: commons.Commons


def play(
    instance: Instance, *, story: Story | None = None, samples: Path | None = None, shown_at: str | None = None
) -> Played:
    """Play all journeys on `instance`, and say where to look at what they leave: there, or at `shown_at` later."""
    story = story or Story()
    story.title("Hazelbrook and Lindenau: see what people can do")
    story.tell(
        "Two neighbourhoods that do not exist, with people who do not exist, on a Cando that is real: everything below",
        "was asked and answered over HTTP, as a partner's app would do it.",
    )
    hazelbrook, lindenau = founding.found_hazelbrook(instance), founding.found_lindenau(instance)
    played = Played(
        hazelbrook,
        directory.play(story, hazelbrook, samples=samples),
        partner_app.play(story, hazelbrook),
        connected_systems.play(story, hazelbrook),
        lindenau,
        round_table.play(story, lindenau),
        autumn.play(story, lindenau),
        commons.play(story, hazelbrook),
    )
    story.chapter("Where to look at all this")
    for quarter, holder, first in ((hazelbrook, GOOD_NEIGHBOURS, "/v1/matches"), (lindenau, CAFE, "/v1/round-tables")):
        visitor = founding.app(quarter, holder, scopes=READ_ONLY, name="visitor")
        story.tell(f"Tenant {quarter.slug} ({quarter.id}). A token that reads all that the {holder} may see:")
        story.verbatim(_commands(visitor, url=shown_at or instance.url, first=first))
    return played


def _commands(visitor: App, *, url: str, first: str) -> str:
    return (
        f"TOKEN=$(curl -s {url}/oauth/token -d grant_type=client_credentials \\\n"
        f"  -d client_id={visitor.client_id} \\\n"
        f"  -d client_secret={visitor.client_secret} \\\n"
        "  | python3 -c 'import json, sys; print(json.load(sys.stdin)[\"access_token\"])')\n"
        f'curl -s -H "Authorization: Bearer $TOKEN" {url}{first}'
    )


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(main())
