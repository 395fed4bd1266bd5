"""HTTP for FHIR: which interaction an address means, in which format, and every error as an OperationOutcome."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl

import structlog
from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from services.connect.fhir import capabilities, searching, wanted
from services.connect.fhir.asked import Asked
from services.connect.fhir.kinds import KINDS, Kind, Resource
from services.connect.fhir.outcomes import Wrong, not_found, of_problem, of_refusal, outcome
from services.connect.fhir.referrals import operations as referrals
from services.connect.fhir.referrals.received import Outcome
from services.connect.public import EDGE, Public, Refused
from services.kernel.edge import BASE_HEADER
from services.kernel.logs import trail
from services.kernel.problems import Problem

MEDIA_TYPE = "application/fhir+json; fhirVersion=4.0"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_WRITTEN = "ServiceRequest"
_READ = {"application/fhir+json", "application/json", "application/json+fhir", "text/json"}
_ASKED = _READ | {"json", "application/*", "*/*", ""}
_MOST_DEPTH = 40
router = APIRouter(include_in_schema=False)
log = structlog.get_logger()


@router.api_route("/fhir", methods=list(METHODS))
@router.api_route("/fhir/{rest:path}", methods=list(METHODS))
async def fhir(request: Request, rest: str = "") -> Response:
    """Answer one request in FHIR's own words."""
    try:
        _check_format(request)
        return await _answer(request, [part for part in rest.split("/") if part])
    except Wrong as wrong:
        return _wrong(wrong)
    except Refused as refused:
        return _wrong(of_refusal(refused))
    except Problem as problem:
        return _wrong(of_problem(problem))
    except HTTPException as error:
        return _wrong(Wrong(error.status_code, str(error.detail)))
    except Exception as error:  # the answer to a bug is an OperationOutcome as well
        log.error("unhandled", **trail(error))
        return _wrong(Wrong(500, "Something went wrong on our side."))


def _wrong(wrong: Wrong) -> Response:
    return _sent(wrong.outcome(), status=wrong.status, headers=wrong.headers)


def _sent(body: Resource | None, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    content = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
    kept = dict(headers or {})
    return Response(content, status, {"content-type": MEDIA_TYPE, **kept} if content else kept)


async def _answer(request: Request, parts: Sequence[str]) -> Response:
    if parts == ["metadata"]:
        _allow(request, "GET", "HEAD")
        return _sent(capabilities.statement(_base(request)))
    asked = _asked(request)
    if not parts:
        _allow(request, "POST")
        return await _take_bundle(request, asked)
    kind = KINDS.get(parts[0])
    if kind is None:
        raise Wrong(404, "This resource type is not spoken here; see /fhir/metadata.", code="not-supported")
    if len(parts) == 1:
        return await _collection(request, asked, kind)
    if parts[1:] == ["_search"]:
        _allow(request, "POST")
        return await _search(asked, kind, [*_query(request), *await _form(request)])
    if len(parts) == 2:
        return await _one(request, asked, kind, parts[1])
    raise not_found()


async def _collection(request: Request, asked: Asked, kind: Kind) -> Response:
    written = kind.name == _WRITTEN
    _allow(request, "GET", "HEAD", *(("POST", "PUT") if written else ()))
    if request.method in ("GET", "HEAD"):
        return await _search(asked, kind, _query(request))
    if request.method == "POST":
        named = request.headers.get("if-none-exist")
        return _taken(request, asked, await referrals.create(asked, await _body(request), if_none_exist=named))
    body = await _body(request)
    match = request.headers.get("if-match")
    return _taken(request, asked, await referrals.put_by_identifier(asked, _query(request), body, if_match=match))


async def _one(request: Request, asked: Asked, kind: Kind, identity: str) -> Response:
    written = kind.name == _WRITTEN
    _allow(request, "GET", "HEAD", *(("PUT",) if written else ()))
    if request.method == "PUT":
        body = await _body(request)
        match = request.headers.get("if-match")
        return _taken(request, asked, await referrals.put(asked, identity, body, if_match=match))
    found = await kind.read(asked, identity)
    headers = _marks(found)
    if _known_already(request, found, headers):
        return _sent(None, status=304, headers=headers)
    return _sent(found, headers=headers)


async def _search(asked: Asked, kind: Kind, params: Sequence[tuple[str, str]]) -> Response:
    for name, value in params:
        if name == "_format":
            _check(value)
    found = wanted.read(params, kind.params, base=asked.base, strict=asked.strict)
    return _sent(await searching.search(asked, kind, found))


async def _take_bundle(request: Request, asked: Asked) -> Response:
    return _sent(await referrals.take_bundle(asked, await _body(request)))


def _taken(request: Request, asked: Asked, taken: Outcome) -> Response:
    """Answer a write, with as much in the body as `Prefer: return=…` asks for."""
    found = taken.resource
    headers = _marks(found)
    if taken.created or request.method == "POST":
        headers["location"] = asked.url(_WRITTEN, found["id"], "_history", found["meta"]["versionId"])
    headers["content-location"] = asked.url(_WRITTEN, found["id"])
    status = 201 if taken.created else 200
    preferred = request.headers.get("prefer", "")
    if "return=minimal" in preferred:
        return _sent(None, status=status, headers=headers)
    if "return=OperationOutcome" in preferred:
        told = "Taken up." if taken.created else "Known and as you say."
        return _sent(outcome("informational", told, severity="information"), status=status, headers=headers)
    return _sent(found, status=status, headers=headers)


def _marks(found: Resource) -> dict[str, str]:
    meta = found.get("meta", {})
    headers = {}
    if "versionId" in meta:
        headers["etag"] = f'W/"{meta["versionId"]}"'
    if "lastUpdated" in meta:
        headers["last-modified"] = format_datetime(_moment(found), usegmt=True)
    if "language" in found:
        headers["content-language"] = found["language"]
    return headers


def _moment(found: Resource) -> datetime:
    return datetime.fromisoformat(found["meta"]["lastUpdated"]).replace(microsecond=0)


def _known_already(request: Request, found: Resource, headers: Mapping[str, str]) -> bool:
    """Say whether the client has this version already. A Questionnaire has one in each language that it is shown in."""
    known = request.headers.get("if-none-match")
    mark = headers.get("etag")
    if known is None or mark is None or "language" in found:
        return False
    return mark in [one.strip() for one in known.split(",")]


def _base(request: Request) -> str:
    return request.headers.get(BASE_HEADER, str(request.base_url).rstrip("/")) + "/fhir"


def _asked(request: Request) -> Asked:
    """Return the request with the client's own token. Raises Wrong (401) where there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not re.fullmatch(r"[\x21-\x7e]{1,2000}", token.strip()):
        raise Wrong(401, "A valid access token is needed, from /oauth/token.")
    kernel = request.app.state.kernel
    return Asked(
        public=Public(kernel.peers.apps[EDGE], token.strip()),
        base=_base(request),
        languages=request.headers.get("accept-language", ""),
        strict="handling=strict" in request.headers.get("prefer", ""),
        now=kernel.clock(),
        headers=dict(request.headers),
    )


def _allow(request: Request, *methods: str) -> None:
    if request.method not in methods:
        raise Wrong(405, "This address does not know that method.", headers={"allow": ", ".join(methods)})


def _check_format(request: Request) -> None:
    """Raise Wrong (406) unless JSON will do; `_format` counts more than Accept."""
    said = [value for name, value in _query(request) if name == "_format"]
    if said:
        _check(said[0])
    elif not any(_is_json(part) for part in request.headers.get("accept", "*/*").split(",")):
        raise Wrong(406, "Answers are application/fhir+json only.")


def _check(format_: str) -> None:
    if not _is_json(format_.replace(" ", "+")):
        raise Wrong(406, "Answers are application/fhir+json only.")


def _is_json(media: str) -> bool:
    kind, _, parameters = media.partition(";")
    version = re.search(r"fhirVersion=([0-9.]+)", parameters)
    return kind.strip().lower() in _ASKED and (version is None or version[1] in ("4.0", "4.0.1"))


def _query(request: Request) -> list[tuple[str, str]]:
    return list(request.query_params.multi_items())


async def _form(request: Request) -> list[tuple[str, str]]:
    media = request.headers.get("content-type", "application/x-www-form-urlencoded")
    if media.partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise Wrong(415, "Send application/x-www-form-urlencoded.")
    try:
        text = (await request.body()).decode()
        return parse_qsl(text, keep_blank_values=True, max_num_fields=100)
    except ValueError:
        raise Wrong(400, "The form cannot be read.", code="structure") from None


async def _body(request: Request) -> Resource:
    """Return the resource that was sent. Raises Wrong for what is no JSON object of FHIR's kind."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in _READ:
        raise Wrong(415, "Send application/fhir+json.")
    try:
        found = json.loads(
            await request.body(), object_pairs_hook=_each_once, parse_constant=_no_number, parse_float=_finite
        )
        _check_nothing_empty(found, 0)
    except (ValueError, RecursionError):
        raise Wrong(400, "The body is no JSON that can be read: see json.html of FHIR.", code="structure") from None
    if not isinstance(found, dict) or not isinstance(found.get("resourceType"), str):
        raise Wrong(400, "The body is no resource.", code="structure")
    return found


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("names something twice")
    return found


def _no_number(_: str) -> Any:
    raise ValueError("no number")


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError("too large")
    return number


def _check_nothing_empty(value: Any, depth: int) -> None:
    """Raise ValueError for what FHIR's JSON never holds: null, empty texts, lists and objects; and for a deep bomb."""
    if depth > _MOST_DEPTH or value in (None, "", [], {}):
        raise ValueError("empty or too deep")
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for one in inner:
        _check_nothing_empty(one, depth + 1)
