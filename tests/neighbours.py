"""What rooms that are tested by themselves stand between: a gateway that signs for whoever the test says calls."""

import json
import time
from dataclasses import dataclass, field
from typing import Any, cast

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from services.kernel.caller import AUDIENCE, ISSUER, Caller, claims_of
from services.kernel.upstream import Answer


@dataclass
class Signing:
    """A tiny gateway: it shows its key, signs internal tokens, and gives a service its own."""

    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    def token(self, caller: Caller) -> str:
        now = int(time.time())
        claims = {**claims_of(caller), "iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + 300}
        return jwt.encode(claims, self.key, algorithm="EdDSA", headers={"kid": "k1"})

    async def gateway(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].endswith("jwks.json"):
            key = json.loads(OKPAlgorithm.to_jwk(self.key.public_key()))
            answer = JSONResponse({"keys": [{**key, "kid": "k1", "use": "sig", "alg": "EdDSA"}]})
        else:
            answer = JSONResponse({"token": "told", "expires_in": 300})
        await answer(scope, receive, send)


def problem(answer: Answer, status: int, slug: str) -> dict[str, Any]:
    """Return the problem that an answer is, or fail."""
    assert answer.status == status, (answer.status, answer.body)
    body = cast(dict[str, Any], answer.json())
    assert body["type"] == f"/problems/{slug}", body
    return body
