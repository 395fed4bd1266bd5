"""The rules of signing in: what a provider's token must look like, and what its holder may. Pure: no network, no clock.

    NotAccepted          why a token was refused: a code for the log, never what stood in the token
Problem
└── Conflict
    └── IssuerTaken 409  the organisation has a provider with this issuer already
"""

import base64
import binascii
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.kernel.problems import Conflict

ALGORITHMS: Mapping[str, tuple[str, str | None]] = {
    **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), ("RSA", None)),
    "ES256": ("EC", "P-256"), "ES384": ("EC", "P-384"), "ES512": ("EC", "P-521"), "EdDSA": ("OKP", "Ed25519"),
}  # fmt: skip
"""What a provider may sign with, and the kind and curve of key that goes with it: public keys alone."""
LONGEST_TOKEN = 16_384
LONGEST_SUBJECT = 200
LEEWAY = 30.0
"""Seconds that the provider's clock may differ from ours."""
LATEST = 253_402_300_799
_KINDS = frozenset({"jwt", "at+jwt", "application/at+jwt"})
_PAYLOADS = frozenset({"id", "bearer", "jwt"})
_NOT_OF_A_PERSON = "http://schemas.openid.net/event/backchannel-logout"


class IssuerTaken(Conflict):
    slug = "issuer-taken"
    title = "This organisation has an identity provider with this issuer already"


class NotAccepted(Exception):
    """A token that is not accepted; `code` is for the log."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class OpensNothing(NotAccepted):
    """A genuine token of somebody who has no place here: unknown, or without any role that counts."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What one provider's tokens must say."""

    id: UUID
    version: int
    issuer: str
    audiences: frozenset[str]
    authorised_parties: frozenset[str]
    algorithms: frozenset[str]
    jwks_uri: str | None
    subject_claim: str
    required_claims: Mapping[str, Any]
    roles_claim: str | None
    roles: Mapping[str, Sequence[str]]
    longest_age: int


@dataclass(frozen=True, slots=True)
class Presented:
    """What a token says of itself before anything of it is believed."""

    algorithm: str
    kid: str
    issuer: str


def presented(token: str) -> Presented:
    """Read a token's head and whom it names as its issuer. Raises NotAccepted for what is no plain signed token."""
    if len(token) > LONGEST_TOKEN or not token.isascii():
        raise NotAccepted("too-large")
    parts = token.split(".")
    if len(parts) != 3 or not all(parts):
        raise NotAccepted("not-signed")
    head, claims = _object(parts[0]), _object(parts[1])
    if "crit" in head or "cty" in head or "b64" in head or str(head.get("typ", "JWT")).lower() not in _KINDS:
        raise NotAccepted("other-kind")
    algorithm, kid, issuer = head.get("alg"), head.get("kid"), claims.get("iss")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise NotAccepted("algorithm")
    if not isinstance(kid, str) or not 0 < len(kid) <= LONGEST_SUBJECT:
        raise NotAccepted("key-id")
    if not isinstance(issuer, str) or len(issuer) > LONGEST_SUBJECT or not issuer.isprintable():
        raise NotAccepted("issuer")
    return Presented(algorithm, kid, issuer)


def _object(part: str) -> dict[str, Any]:
    try:
        text = base64.b64decode(part.replace("-", "+").replace("_", "/") + "=" * (-len(part) % 4), validate=True)
        found = json.loads(text)
    except (ValueError, binascii.Error, RecursionError):
        raise NotAccepted("unreadable") from None
    if not isinstance(found, dict):
        raise NotAccepted("unreadable")
    return found


def fits(key: Mapping[str, Any], algorithm: str) -> bool:
    """Say whether a published key may check signatures by `algorithm`."""
    kind, curve = ALGORITHMS[algorithm]
    return (
        key.get("kty") == kind
        and (curve is None or key.get("crv") == curve)
        and key.get("use") in (None, "sig")
        and key.get("alg") in (None, algorithm)
    )


def judge(claims: Mapping[str, Any], terms: Terms, *, now: datetime) -> str:
    """Return the subject of verified claims. Raises NotAccepted unless they say all that `terms` ask."""
    if claims.get("iss") != terms.issuer:
        raise NotAccepted("issuer")
    _check_times(claims, terms.longest_age, now.timestamp())
    _check_audience(claims, terms)
    if _NOT_OF_A_PERSON in _members(claims.get("events")) or _other_payload(claims.get("typ")):
        raise NotAccepted("other-kind")
    for name, wanted in terms.required_claims.items():
        if not _says(claims.get(name), wanted):
            raise NotAccepted("required-claim")
    subject = claims.get(terms.subject_claim)
    if not isinstance(subject, str) or not 0 < len(subject.strip()) == len(subject) <= LONGEST_SUBJECT:
        raise NotAccepted("subject")
    if not subject.isprintable():
        raise NotAccepted("subject")
    return subject


def _check_times(claims: Mapping[str, Any], longest_age: int, now: float) -> None:
    ends, made = _moment(claims.get("exp"), "exp"), _moment(claims.get("iat"), "iat")
    if now >= ends + LEEWAY:
        raise NotAccepted("expired")
    if now < made - LEEWAY or ("nbf" in claims and now < _moment(claims["nbf"], "nbf") - LEEWAY):
        raise NotAccepted("not-yet")
    if now > made + longest_age + LEEWAY:
        raise NotAccepted("too-old")


def _moment(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LATEST:
        raise NotAccepted(name)
    return float(value)


def _check_audience(claims: Mapping[str, Any], terms: Terms) -> None:
    told = claims.get("aud")
    audiences = {told} if isinstance(told, str) else set(_texts(told))
    if not audiences & terms.audiences:
        raise NotAccepted("audience")
    parties = [claims[name] for name in ("azp", "appid") if name in claims]
    if len(audiences) > 1 and not parties:
        raise NotAccepted("authorised-party")
    may = terms.authorised_parties or terms.audiences
    if not all(isinstance(one, str) and one in may for one in parties):
        raise NotAccepted("authorised-party")


def _members(value: Any) -> Collection[str]:
    return value.keys() if isinstance(value, dict) else ()


def _other_payload(kind: Any) -> bool:
    """Say whether a token names itself (Keycloak does, as `typ`) something that nobody is signed in by."""
    return isinstance(kind, str) and kind.lower() not in _PAYLOADS


def _texts(value: Any) -> Iterable[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else ()


def _says(value: Any, wanted: Any) -> bool:
    if isinstance(value, list):
        return any(_says(one, wanted) for one in value if not isinstance(one, list))
    return type(value) is type(wanted) and bool(value == wanted)


def roles_in(claims: Mapping[str, Any], path: str) -> frozenset[str]:
    """Return the roles at `path`: a claim of that name, else its parts between dots one inside the other."""
    found: Any = claims.get(path)
    if found is None:
        found = claims
        for part in path.split("."):
            found = found.get(part) if isinstance(found, dict) else None
    return frozenset([found] if isinstance(found, str) else _texts(found))


def mapped(claims: Mapping[str, Any], terms: Terms) -> frozenset[str] | None:
    """Return the scopes of all roles of the holder that count here; None: no roles count, staff have their own."""
    if terms.roles_claim is None:
        return None
    hers = roles_in(claims, terms.roles_claim) & terms.roles.keys()
    return frozenset(scope for role in hers for scope in terms.roles[role])
