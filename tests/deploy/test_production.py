"""What `deploy/` says about production, checked without a container engine: manifests, image and code agree."""

import ast
import importlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from compose_spec import PyCompose

from deploy import credentials
from services.kernel.app import NAMES
from services.kernel.settings import ServiceSettings
from tests.deploy.image import PARTS, ROOT, compose, documents, instructions

BASE = ROOT / "deploy" / "kubernetes" / "base"
EXAMPLES = ROOT / "deploy" / "kubernetes" / "examples"
PORTS = {name: int(str(ServiceSettings.model_fields[f"{name}_url"].default).rpartition(":")[2]) for name in PARTS}
_KUBERNETES = importlib.import_module("kubernetes_validate")  # has no types
COMPONENT = "app.kubernetes.io/component"
CUSTOM = {"ServiceMonitor", "ExternalSecret", "Cluster", "Kustomization"}
DOCUMENTED = set(re.findall(r"^\| `(CANDO_[A-Z_]+)` \|", (ROOT / "docs" / "configuration.md").read_text(), re.M))


def _base() -> Iterator[dict[str, Any]]:
    for path in sorted(BASE.glob("*.yaml")):
        yield from documents(path)


def _all(kind: str) -> dict[str, dict[str, Any]]:
    return {one["metadata"]["name"]: one for one in _base() if one["kind"] == kind}


def _pod(workload: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    spec = workload["spec"]["template"]["spec"]
    assert len(spec["containers"]) == 1
    return spec, spec["containers"][0]


# --- each by the rules of its own kind ------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*sorted(BASE.glob("*.yaml")), *sorted(EXAMPLES.glob("*.yaml"))], ids=lambda p: p.name)
def test_every_manifest_is_valid_for_kubernetes(path: Path) -> None:
    for one in documents(path):
        assert {"apiVersion", "kind"} <= set(one)
        if one["kind"] not in CUSTOM:
            _KUBERNETES.validate(one, "1.37", strict=True)


@pytest.mark.skipif(not shutil.which("kubectl"), reason="kubectl is not installed")
@pytest.mark.parametrize("overlay", ["base", "overlays/small", "overlays/large"])
def test_every_overlay_can_be_built_and_is_valid(overlay: str) -> None:
    folder = str(ROOT / "deploy" / "kubernetes" / overlay)
    built = subprocess.run(["kubectl", "kustomize", folder], capture_output=True, text=True, check=True).stdout
    seen = list(yaml.load_all(built, yaml.CSafeLoader))
    assert {one["kind"] for one in _base()} - {"Kustomization"} == {one["kind"] for one in seen}
    for one in seen:
        if one["kind"] in {"HorizontalPodAutoscaler", "Deployment"} and one["metadata"]["name"] == "matching":
            _KUBERNETES.validate(one, "1.37", strict=True)
        if one["kind"] == "HorizontalPodAutoscaler":
            assert one["spec"]["minReplicas"] <= one["spec"]["maxReplicas"]


def test_the_compose_file_is_valid() -> None:
    PyCompose.from_yaml(yaml.safe_dump(compose())).validate()


# --- alike everywhere -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", PARTS)
def test_a_part_has_everything_that_keeps_it_up_and_nothing_that_gives_it_powers(part: str) -> None:
    spec, container = _pod(_all("Deployment")[part])
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert spec["automountServiceAccountToken"] is False
    assert spec["enableServiceLinks"] is False
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
    }  # fmt: skip
    assert {"requests", "limits"} == set(container["resources"])
    assert "memory" in container["resources"]["limits"]
    assert [one["topologyKey"] for one in spec["topologySpreadConstraints"]] == [
        "kubernetes.io/hostname", "topology.kubernetes.io/zone",
    ]  # fmt: skip
    probes = {name: container[f"{name}Probe"]["httpGet"]["path"] for name in ("startup", "readiness", "liveness")}
    assert probes == {"startup": "/health", "readiness": "/ready/itself", "liveness": "/health"}
    budget, scaler = _all("PodDisruptionBudget")[part], _all("HorizontalPodAutoscaler")[part]
    assert budget["spec"]["selector"]["matchLabels"] == {COMPONENT: part}
    assert scaler["spec"]["scaleTargetRef"]["name"] == part
    composed = compose()["services"][part]
    assert composed["read_only"] is True
    assert composed["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in composed["security_opt"]
    assert composed["healthcheck"]["test"][-2:] == ["deploy.probe", "/ready/itself"]
    assert "memory" in composed["deploy"]["resources"]["limits"]


@pytest.mark.parametrize("part", PARTS)
def test_ports_addresses_and_commands_of_a_part_agree_everywhere(part: str) -> None:
    service, (_, container) = _all("Service")[part], _pod(_all("Deployment")[part])
    composed = compose()["services"][part]
    told = {one["name"]: one["value"] for one in container["env"]}
    assert [one["port"] for one in service["spec"]["ports"]] == [PORTS[part]]
    assert [one["containerPort"] for one in container["ports"]] == [PORTS[part]]
    assert told["CANDO_PORT"] == composed["environment"]["CANDO_PORT"] == str(PORTS[part])
    assert container["args"] == composed["command"] == ["deploy.serving", part]
    for environment in (_all("ConfigMap")["cando"]["data"], composed["environment"]):
        assert environment[f"CANDO_{part.upper()}_URL"] == f"http://{part}:{PORTS[part]}"
        assert environment["CANDO_SECRETS_FOLDER"] == "/run/secrets"


def test_the_paths_that_probes_ask_exist_in_every_part() -> None:
    for part in PARTS:
        app = importlib.import_module("gateway.app" if part == "gateway" else f"services.{part}.app")
        settings = importlib.import_module("gateway.settings" if part == "gateway" else f"services.{part}.settings")
        made = app.create_app(settings.Settings(database_url="postgresql:///nowhere", secret="0" * 32))
        paths = {getattr(route, "path", "") for route in _routes(getattr(made, "desk", made))}
        assert {"/health", "/ready", "/ready/itself"} <= paths


def _routes(app: Any) -> Iterator[Any]:
    for route in app.routes:
        yield route
        inner = getattr(route, "original_router", None) or getattr(route, "app", None)
        yield from getattr(inner, "routes", ())


def test_only_the_gateway_is_published() -> None:
    services = compose()["services"]
    assert [name for name, one in services.items() if "ports" in one] == ["gateway"]
    assert services["gateway"]["ports"][0]["host_ip"] == "127.0.0.1"
    assert compose()["networks"]["inside"] == {"internal": True}
    outside = {name for name, one in services.items() if "outside" in one["networks"]}
    assert outside - {"collector"} == _to_the_internet()
    (rule,) = _all("Ingress")["gateway"]["spec"]["rules"]
    assert rule["http"]["paths"][0]["backend"]["service"]["name"] == "gateway"


# --- settings and secrets -------------------------------------------------------------------------------------------


def _told() -> Iterator[tuple[str, str, str]]:
    """Yield who is told which variable with which value, in compose and in Kubernetes."""
    for name, one in compose()["services"].items():
        for variable, value in one.get("environment", {}).items():
            yield name, variable, str(value)
    for variable, value in _all("ConfigMap")["cando"]["data"].items():
        yield "all", variable, value
    for name, one in {**_all("Deployment"), **_all("Job")}.items():
        for variable in _pod(one)[1].get("env", []):
            yield name, variable["name"], variable["value"]


def test_every_variable_that_is_set_is_documented() -> None:
    assert {variable for _, variable, _ in _told() if variable.startswith("CANDO_")} <= DOCUMENTED


def test_no_secret_stands_in_a_file_of_the_repository() -> None:
    for who, variable, value in _told():
        secret = re.search(r"SECRET$|PASSWORD$|TOKEN$|KEY$|DATABASE_URL$", variable)
        assert not (secret and value), f"{who} is told {variable}"
    assert not _all("Secret")
    for one in documents(EXAMPLES / "secrets.yaml"):
        assert set(one["stringData"].values()) == {""}
        assert "data" not in one
    assert all(set(one) == {"file"} for one in compose()["secrets"].values())
    assert "secrets" in (ROOT / ".dockerignore").read_text()


def _needed(part: str) -> set[str]:
    own = {"cando_secret"} if part in ("gateway", "prepare") else {"cando_service_secret"}
    return {"cando_database_url", *own}


def test_every_part_gets_its_own_secrets_and_no_others(tmp_path: Path) -> None:
    written = credentials.write(tmp_path, "postgresql://postgres:pw@db/cando", "s" * 40)
    made = {str(one.relative_to(tmp_path)): one.read_text() for one in written}
    optional = {"cando_metrics_token"}
    composed = compose()
    for part in ("prepare", *PARTS):
        given = {
            one["target"]: composed["secrets"][one["source"]]["file"] for one in composed["services"][part]["secrets"]
        }
        assert set(given) - optional == _needed(part)
        for target, file in given.items():
            where = file.removeprefix("secrets/")
            assert where in made
            assert where.endswith(target)
        assert given["cando_database_url"] == f"secrets/{part}/cando_database_url"
        spec, _ = _pod({**_all("Deployment"), **_all("Job")}[part])
        assert spec["volumes"][0]["secret"]["secretName"] == f"cando-{part}"
    shapes = {one["metadata"]["name"]: set(one["stringData"]) for one in documents(EXAMPLES / "secrets.yaml")}
    assert all(_needed(part) <= shapes[f"cando-{part}"] for part in ("prepare", *PARTS))
    assert len({made[f"{part}/cando_database_url"] for part in PARTS}) == len(PARTS)


def test_secrets_are_read_from_files_where_the_environment_names_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounted = tmp_path / "..2026_01_01"  # as Kubernetes mounts a secret: links to a folder that is exchanged whole
    mounted.mkdir()
    (tmp_path / "..data").symlink_to(mounted.name)
    for name, text in (("cando_database_url", "postgresql://from-a-file\n"), ("cando_service_secret", "from-a-file\n")):
        (mounted / name).write_text(text)
        (tmp_path / name).symlink_to(Path("..data") / name)
    monkeypatch.setenv("CANDO_SECRETS_FOLDER", str(tmp_path))
    monkeypatch.setenv("CANDO_SERVICE_SECRET", "from-the-environment")
    settings = ServiceSettings()
    assert (settings.database_url, settings.service_secret) == ("postgresql://from-a-file", "from-the-environment")


def test_the_written_secrets_lie_where_nobody_else_can_enter(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    written = credentials.write(folder, "postgresql://postgres:pw@db/cando", "s" * 40)
    assert {one.stat().st_mode & 0o777 for one in (folder, *(one.parent for one in written))} == {0o700}
    assert {one.stat().st_mode & 0o777 for one in written} == {0o444}
    again = credentials.write(folder, "postgresql://postgres:pw@db/cando", "s" * 40)
    assert again == written


# --- who may speak to whom ------------------------------------------------------------------------------------------


def _documented_calls() -> dict[str, set[str]]:
    """Return whom each part asks or follows, by the table of the architecture; and all ask the gateway for keys."""
    text = (ROOT / "docs" / "architecture.md").read_text()
    calls: dict[str, set[str]] = {}
    for name, asks, follows in re.findall(r"^\| (\w+) \| [^|]+ \| ([^|]*) \|([^|]*)\|$", text, re.M):
        if name not in PARTS:
            continue
        named = {one for one in PARTS for words in (asks, follows) if re.search(rf"\b{one}\b", words)}
        everybody = "every service" in asks or "of all" in follows
        calls[name] = ({*named, "gateway"} | (set(PARTS) if everybody else set())) - {name}
    assert set(calls) == set(PARTS)
    calls["gateway"] |= set(NAMES)  # it stands before them all
    return calls


def _names(peers: list[dict[str, Any]]) -> set[str]:
    return {peer["podSelector"]["matchLabels"][COMPONENT] for peer in peers}


def _to_the_internet() -> set[str]:
    (expression,) = _all("NetworkPolicy")["to-the-internet"]["spec"]["podSelector"]["matchExpressions"]
    return set(expression["values"])


def test_the_network_allows_exactly_the_calls_of_the_architecture() -> None:
    policies, calls = _all("NetworkPolicy"), _documented_calls()
    assert policies["nothing"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    for part in PARTS:
        spec = policies[part]["spec"]
        assert spec["podSelector"] == {"matchLabels": {COMPONENT: part}}
        allowed = {
            (name, port["port"]) for rule in spec["egress"] for name in _names(rule["to"]) for port in rule["ports"]
        }
        assert allowed == {(name, PORTS[name]) for name in calls[part]}
        (rule,) = spec["ingress"]
        assert _names(rule["from"]) == {name for name in PARTS if part in calls[name]}
        assert rule["ports"] == [{"port": "http", "protocol": "TCP"}]
    others = set(policies) - set(PARTS)
    assert others == {"nothing", "names", "to-the-database", "to-the-internet", "from-the-ingress"}


def test_the_architecture_names_every_call_of_the_code() -> None:
    calls = _documented_calls()
    for part in NAMES:
        folder = ROOT / "services" / part
        room = importlib.import_module(f"services.{part}.app").ROOM
        asked = {name for path in folder.rglob("*.py") for name in _asked(ast.parse(path.read_text()))}
        assert (asked | set(room.follows)) - {part} <= calls[part], part


def _asked(tree: ast.AST) -> Iterator[str]:
    """Yield the neighbours that are named in calls of `peers.ask` and of what is made with it."""
    for one in ast.walk(tree):
        name = getattr(getattr(one, "func", None), "attr", "") or getattr(getattr(one, "func", None), "id", "")
        if isinstance(one, ast.Call) and name in {"ask", "_fetch"}:
            yield from (it.value for it in one.args if isinstance(it, ast.Constant) and it.value in PARTS)


def test_nothing_inside_is_reached_through_the_door_to_the_internet() -> None:
    import ipaddress

    (rule,) = _all("NetworkPolicy")["to-the-internet"]["spec"]["egress"]
    blocks = [
        (ipaddress.ip_network(one["ipBlock"]["cidr"]), [ipaddress.ip_network(x) for x in one["ipBlock"]["except"]])
        for one in rule["to"]
    ]
    inside = ["10.1.2.3", "172.20.0.1", "192.168.1.1", "169.254.169.254", "127.0.0.1", "100.64.0.1", "::1", "fd00::1",
              "fe80::1", "2002:a00:1::", "64:ff9b::a00:1"]  # fmt: skip
    for text in inside:
        address = ipaddress.ip_address(text)
        reached = [whole for whole, but in blocks if whole.version == address.version and address in whole
                   and not any(address in one for one in but)]  # fmt: skip
        assert not reached, text


# --- the image ------------------------------------------------------------------------------------------------------


def test_images_are_named_by_an_exact_version() -> None:
    named = [one["image"] for one in compose()["services"].values()]
    named += [rest.removeprefix("BASE=") for word, rest in instructions() if word == "ARG"]
    named += [f"{one['newName']}:{one['newTag']}" for one in documents(BASE / "kustomization.yaml")[0]["images"]]
    assert all(re.search(r":\d+\.\d+[.\d]*[-\w]*$", one) for one in named), named
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(), re.M)
    assert version
    assert {one.rpartition(":")[2] for one in named if "cando:" in one} == {version[1]}


def test_the_image_is_made_of_what_is_there_and_runs_as_nobody() -> None:
    told = instructions()
    kept_out = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    assert kept_out[0] == "*"
    for word, rest in told:
        if word == "COPY" and not rest.startswith("--from"):
            *sources, _ = rest.split()
            for source in sources:
                assert (ROOT / source).exists(), source
                assert f"!{source.partition('/')[0]}" in kept_out, source
                assert source not in kept_out, source
    last = {word: rest for word, rest in told}
    uid, _, gid = last["USER"].partition(":")
    spec, _ = _pod(_all("Deployment")["gateway"])
    assert int(uid) == spec["securityContext"]["runAsUser"] > 0
    assert int(gid) == spec["securityContext"]["runAsGroup"] > 0
    text = (ROOT / "deploy" / "Dockerfile").read_text()
    assert "--require-hashes" in text
    final = text[text.index("AS running") :]
    assert not re.search(r"apt-get|pip install|gcc|curl|ADD ", final)
    assert last["ENTRYPOINT"] == '["python", "-m"]'
    assert "deploy.probe" in last["HEALTHCHECK"]
    assert last["CMD"] == '["deploy.serving", "gateway"]'


_NOT_IN_THE_WHEEL = re.compile(
    r"Dockerfile$|compose\.yaml$|kubernetes/|requirements.*\.txt$|__pycache__|alerts\.yaml$|\.nb[ic]$"
)


def test_the_image_has_every_data_file_and_imports_where_nothing_else_is(installed: Path, tmp_path: Path) -> None:
    for package in ("services", "gateway", "migrations", "deploy"):
        for path in (ROOT / package).rglob("*"):
            name = str(path.relative_to(ROOT))
            if path.is_file() and not _NOT_IN_THE_WHEEL.search(name):
                assert (installed / name).exists(), name
    told = {"PYTHONPATH": str(installed), "PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    said = subprocess.run(
        [sys.executable, "-P", "-c", "import deploy.prepare as it; print(it.__file__)"],
        env=told, cwd=tmp_path, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert said.strip().startswith(str(installed))
