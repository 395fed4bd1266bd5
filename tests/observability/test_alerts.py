"""Each alert is about figures that exist, and leads to a section of the runbook that says what to look at and to do."""

import importlib.util
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from gateway import measures as of_gateway
from services.directory import measures as of_directory
from services.kernel.measures import OF_ALL
from services.kernel.metrics import Metrics, Panel
from services.matching import measures as of_matching
from services.matching.candidates.index import Index
from services.timebank import measures as of_timebank
from tests.observability import test_logs

ROOT = Path(__file__).parents[2]
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
OBSERVE = (ROOT / "docs" / "observe.md").read_text(encoding="utf-8")
_OF_PROMETHEUS = {
    "up", "sum", "max", "min", "by", "rate", "increase", "time", "count", "deriv", "histogram_quantile", "ignoring",
    "or", "and", "le",
}  # fmt: skip
_IN_BACKGROUND = {
    "cando_jobs_kept", "cando_job_waiting_seconds", "cando_feed_horizon_seconds", "cando_measured_seconds",
    "cando_loop_lag_seconds",
}  # fmt: skip
"""Made when a service measures; tests/observability/test_metrics.py sees them."""


def alerts() -> list[dict[str, Any]]:
    told = yaml.safe_load((ROOT / "deploy" / "alerts.yaml").read_text(encoding="utf-8"))
    return [rule for group in told["groups"] for rule in group["rules"]]


@cache
def shown() -> dict[str, set[str]]:
    """Every name that Cando shows, with the labels that its samples may have."""
    panel = Panel("x")
    metrics: Metrics = panel.part("any")
    of_matching.watch(metrics, Index(most=1))
    measured = (*OF_ALL, *of_gateway.MEASURES, *of_directory.MEASURES, *of_timebank.MEASURES)
    names: dict[str, set[str]] = {one.name: {"service"} for one in measured} | {
        one: {"service"} for one in _IN_BACKGROUND
    }
    for collector in list(metrics.registry._collector_to_names):
        labels = {"service", *getattr(collector, "_labelnames", ())}
        names |= {name: labels | {"le"} for name in metrics.registry._collector_to_names[collector]}
    return names | {one.name: set(one.labels) for f in panel.collect() for one in f.samples if one.name not in names}


def test_every_alert_has_the_shape_that_prometheus_reads() -> None:
    names = [rule["alert"] for rule in alerts()]
    assert len(names) == len(set(names)) > 25
    for rule in alerts():
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}, rule
        assert rule["alert"].startswith("Cando")
        assert rule["labels"] in ({"severity": "page"}, {"severity": "ticket"}), rule["alert"]
        assert set(rule["annotations"]) == {"summary", "runbook"}
        assert re.fullmatch(r"\d+[smh]", rule.get("for", "1m"))
        assert rule["expr"].count("(") == rule["expr"].count(")")
        assert rule["expr"].count("{") == rule["expr"].count("}")


def test_every_alert_is_about_figures_that_are_shown() -> None:
    for rule in alerts():
        bare = re.sub(r'"[^"]*"', '""', rule["expr"])
        used = re.findall(r"\b(?:cando|process)_[a-z_]+", bare)
        assert used or rule["expr"].startswith("up{"), rule["alert"]
        for name in used:
            assert name in shown(), f"{rule['alert']} is about {name}, which nobody shows"
        for name, told in re.findall(r"((?:cando|process)_[a-z_]+)\{([^}]*)\}", rule["expr"]):
            labels = set(re.findall(r"(\w+)(?:=|!)", re.sub(r'"[^"]*"', "", told)))
            assert labels <= shown()[name] | {"job"} | _more_labels(name), f"{rule['alert']}: {labels}"


def _more_labels(name: str) -> set[str]:
    return {"cando_jobs_kept": {"state"}, "cando_measured_seconds": {"what"}}.get(name, set())


def test_every_event_and_slug_that_is_waited_for_exists() -> None:
    problems = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8") + _own_slugs()
    events = {call.args[0].value for _, call in test_logs._logged()}  # type: ignore[attr-defined]
    for rule in alerts():
        for slug in re.findall(r'slug="([^"]+)"', rule["expr"]):
            assert f"`{slug}`" in problems, slug
        for event in re.findall(r'event="([^"]+)"', rule["expr"]):
            assert event in events, event


def _own_slugs() -> str:
    """The slugs in the code: the list of them is written anew after each change."""
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "gateway").rglob("*.py"))
    return " ".join(f"`{slug}`" for source in sources for slug in re.findall(r'slug = "([^"]+)"', source))


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-")


def sections() -> dict[str, str]:
    parts = re.split(r"^##+ (.+)$", RUNBOOK, flags=re.MULTILINE)
    return {_anchor(name): text for name, text in zip(parts[1::2], parts[2::2], strict=True)}


def test_every_alert_leads_to_a_section_that_says_what_to_look_at_and_to_do() -> None:
    found = sections()
    for rule in alerts():
        page, _, anchor = rule["annotations"]["runbook"].partition("#")
        assert page == "docs/runbook.md"
        assert anchor in found, rule["alert"]
        for word in ("**It means**", "**Look**", "**Do**"):
            assert word in found[anchor], f"{rule['alert']}: {word}"


def test_every_section_named_after_an_alert_has_one() -> None:
    names = {rule["annotations"]["runbook"].partition("#")[2] for rule in alerts()}
    assert {anchor for anchor in sections() if anchor.startswith("cando")} <= names


def test_every_command_of_the_pages_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for page in (RUNBOOK, OBSERVE):
        for target in re.findall(r"`make(?: -s)? ([a-z]+)", page):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"make {target}"
        for module, sub in re.findall(r"python -m ([a-z_.]+)(?: ([a-z][a-z-]+))?", page):
            assert importlib.util.find_spec(module), module
            if sub:
                assert sub in _source_of(module), f"python -m {module} {sub}"


def _source_of(module: str) -> str:
    path = ROOT / module.replace(".", "/")
    return (path / "__main__.py" if path.is_dir() else path.with_suffix(".py")).read_text(encoding="utf-8")


def test_every_request_of_the_pages_exists() -> None:
    document = json.loads((ROOT / "gateway" / "openapi.json").read_text(encoding="utf-8"))
    known = {
        (method.upper(), re.sub(r"{[^}]*}", "{}", path))
        for path, methods in document["paths"].items()
        for method in methods
    }  # fmt: skip
    for page in (RUNBOOK, OBSERVE):
        for method, path in re.findall(r"`(GET|POST|PUT|PATCH|DELETE) (/v1/[^`? ]*)", page):
            assert (method, re.sub(r"{[^}]*}", "{}", path)) in known, f"{method} {path}"


def test_every_link_of_the_pages_leads_somewhere() -> None:
    for page in (RUNBOOK, OBSERVE):
        for target in re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", page):
            assert (ROOT / "docs" / target).exists(), target
    for anchor in re.findall(r"\]\(#([^)]+)\)", RUNBOOK):
        assert anchor in sections(), anchor


def test_every_figure_is_documented() -> None:
    for name in shown():
        plain = re.sub(r"_(total|bucket|count|sum|created|info)$", "", name)
        if plain.startswith("cando_"):
            assert f"`{plain}" in OBSERVE, plain
