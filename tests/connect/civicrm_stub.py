"""A CiviCRM for tests: APIv4 as it behaves, kept in memory, with everything that can go wrong when it is told to.

`POST /civicrm/ajax/api4/{Entity}/{action}` with a form field `params`. What it does like the real one: a JSON body is
ignored (so `get` answers everything); without `X-Requested-With` it says 400 in a body; without a good key 401 in plain
text; failures are in the body (`error_code`, `error_message`, `status`), a validation as 500; what is in the bin is
not listed unless asked for; times are the site's local ones without a zone; only fields that are selected are answered.
"""

import json
import operator as operator_of
import re
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

Row = dict[str, Any]
Trouble = Callable[[str, str], Response | None]
_PATH = re.compile(r"[A-Za-z]+")


class Failure(Exception):
    """What APIv4 answers in the body."""

    def __init__(self, message: str, *, code: int | str = 0, status: int = 500) -> None:
        super().__init__(message)
        self.body = {"error_code": code, "error_message": message, "status": status}
        self.status = status


class CiviStub:
    """One CiviCRM: its rows by entity, its clock, and what is wrong with it."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Row]] = {}
        self.key = "a-key-of-theirs"
        self.now = datetime(2026, 3, 2, 9, 0, 0)  # noqa: DTZ001 - theirs carry no zone
        self.next_id = 100
        self.calls: list[tuple[str, str]] = []
        self.written: list[tuple[str, str]] = []
        self.trouble: Trouble = lambda entity, action: None
        self.after_writing: Trouble = lambda entity, action: None
        self.denied: set[tuple[str, str]] = set()
        self.debug_output = True
        self.page_limit = 1000
        self.looping = False
        self.answers_as_200 = False
        self._lock = threading.Lock()
        self.add("Group", id=1, name="Cando")
        self.add("Tag", id=1, name="Cando")
        self.add("CaseType", id=1, name="cando_case")
        for name in ("Cando need", "Cando offer", "Cando match"):
            self.add("OptionValue", **{"option_group_id:name": "activity_type", "name": name})
        for name in ("Scheduled", "Completed", "Cancelled", "Available"):
            self.add("OptionValue", **{"option_group_id:name": "activity_status", "name": name})

    def add(self, entity: str, **values: Any) -> int:
        """Put a row there, as if somebody had entered it."""
        self.next_id += 1
        row = {"id": self.next_id, "is_deleted": False, "modified_date": self.stamp(), **values}
        self.rows.setdefault(entity, []).append(row)
        return int(row["id"])

    def contact(self, name: str, **values: Any) -> int:
        """Enter a contact in the group who has agreed."""
        told = {"Cando.consent": True, "nick_name": None, "first_name": name, "preferred_language": "en_GB"}
        return self.add("Contact", **{**told, "groups": ["Cando"], "tags": [], **values})

    def activity(self, type: str, contact: int, subject: str, **values: Any) -> int:
        """Enter an activity with a contact."""
        told = {"activity_type_id:name": type, "status_id:name": "Scheduled", "subject": subject, "details": None}
        made = self.add("Activity", **{**told, "Cando.reference": None, **values})
        self._target(made, contact)
        return made

    def _target(self, activity: int, contact: int) -> None:
        self.add(
            "ActivityContact", activity_id=activity, contact_id=contact, **{"record_type_id:name": "Activity Targets"}
        )

    def row(self, entity: str, id: int) -> Row:
        """Return a row as it stands there."""
        return next(one for one in self.rows[entity] if one["id"] == id)

    def change(self, entity: str, id: int, **values: Any) -> None:
        """Change a row, as if somebody had; its time moves on."""
        self.row(entity, id).update(values, modified_date=self.stamp())

    def drop(self, entity: str, id: int) -> None:
        """Delete a row for good."""
        self.rows[entity] = [one for one in self.rows[entity] if one["id"] != id]

    def pass_time(self, **some: float) -> None:
        self.now += timedelta(**some)

    def stamp(self) -> str:
        return self.now.strftime("%Y-%m-%d %H:%M:%S")

    def app(self) -> Starlette:
        """Return it as a web server."""
        return Starlette(routes=[Route("/civicrm/ajax/api4/{entity}/{action}", self._answer, methods=["GET", "POST"])])

    async def _answer(self, request: Request) -> Response:
        body = await request.body()
        with self._lock:
            return self._answered(request, body)

    def _answered(self, request: Request, body: bytes) -> Response:
        entity, action = request.path_params["entity"], request.path_params["action"]
        self.calls.append((entity, action))
        if (wrong := self.trouble(entity, action)) is not None:
            return wrong
        refused = self._refused(request)
        if refused is not None:
            return refused
        form = parse_qs(body.decode()) if "form-urlencoded" in request.headers.get("content-type", "") else {}
        params = json.loads(form.get("params", ["{}"])[0])
        try:
            values = self._do(entity, action, params)
        except Failure as failure:
            return self._failed(failure)
        if action != "get" and (lost := self.after_writing(entity, action)) is not None:
            return lost
        return _json({"entity": entity, "action": action, "debug": None, "version": 4, "values": values,
                             "count": len(values), "countFetched": len(values)})  # fmt: skip

    def _refused(self, request: Request) -> Response | None:
        if request.headers.get("x-civi-auth") != f"Bearer {self.key}":
            return PlainTextResponse("HTTP 401 Invalid credential", 401)
        if request.headers.get("x-requested-with") != "XMLHttpRequest":
            message = "SECURITY ALERT: Ajax requests can only be issued by javascript clients, eg. CRM.api4()."
            return JSONResponse({"error_code": 400, "error_message": message}, 400)
        return None

    def _failed(self, failure: Failure) -> Response:
        body = dict(failure.body)
        if not self.debug_output:
            told = "Sorry an error occurred and your request was not completed. (Error ID: abcd-efgh-ijkl)"
            body = {"error_code": "1", "error_message": told, "status": failure.status}
        return JSONResponse(body, 200 if self.answers_as_200 else failure.status)

    def _do(self, entity: str, action: str, params: Mapping[str, Any]) -> list[Row]:
        if (entity, action) in self.denied:
            raise Failure(f"Authorization failed: Cannot {action} {entity}", code="unauthorized", status=403)
        do = getattr(self, f"_do_{action.lower()}", None)
        if do is None:
            raise Failure(f"Api {entity} {action} version 4 does not exist.")
        found: list[Row] = do(entity, params)
        return found

    def _do_get(self, entity: str, params: Mapping[str, Any]) -> list[Row]:
        where = params.get("where", [])
        named = {one[0] for one in where}
        exact = any(one[0] == "id" and one[1] in ("=", "IN") for one in where)
        rows = [one for one in self.rows.get(entity, []) if all(self._fits(entity, one, clause) for clause in where)]
        if not exact and "is_deleted" not in named and entity in ("Contact", "Activity"):
            rows = [one for one in rows if not one["is_deleted"]]
        for name, way in reversed(list(params.get("orderBy", {}).items())):
            rows.sort(key=lambda one: one[name], reverse=way == "DESC")
        if self.looping:
            rows = [one for one in self.rows.get(entity, []) if not one["is_deleted"]]
        rows = rows[params.get("offset", 0) :][: min(params.get("limit") or self.page_limit, self.page_limit)]
        select = params.get("select") or ["*"]
        return [self._selected(entity, one, select) for one in rows]

    def _selected(self, entity: str, row: Row, select: list[str]) -> Row:
        if "*" in select:
            return {name: value for name, value in row.items() if "." not in name and ":" not in name}
        return {"id": row["id"], **{name: self._value(entity, row, name) for name in select}}

    def _value(self, entity: str, row: Row, name: str) -> Any:
        if name.startswith(("activity_id.", "case_id.")):
            key, _, rest = name.partition(".")
            return self.row({"activity_id": "Activity", "case_id": "Case"}[key], row[key]).get(rest)
        known = {field for one in self.rows.get(entity, []) for field in one}
        if name not in known and name not in ("groups:name", "tags:name"):
            raise Failure(f"Invalid field '{name}'")
        return row.get(name)

    def _fits(self, entity: str, row: Row, clause: list[Any]) -> bool:
        name, operator, *rest = clause
        if name in ("groups:name", "tags:name"):
            if operator not in ("IN", "NOT IN"):
                raise Failure("Illegal operator")
            return bool(bool(set(rest[0]) & set(row[name.partition(":")[0]])) == (operator == "IN"))
        value = self._value(entity, row, name)
        if operator == "IS NOT EMPTY":
            return bool(value)
        told = rest[0]
        compare: dict[str, Callable[[Any, Any], bool]] = {
            "=": operator_of.eq, "IN": lambda has, some: has in some, ">": operator_of.gt, ">=": operator_of.ge,
            "<=": operator_of.le,
        }  # fmt: skip
        return bool(compare[operator](value, told))

    def _do_create(self, entity: str, params: Mapping[str, Any]) -> list[Row]:
        values = dict(params["values"])
        self._check(entity, values)
        targets = values.pop("target_contact_id", [])
        group = values.pop("group_id:name", None)
        self.written.append((entity, "create"))
        if entity == "GroupContact":
            self.row("Contact", values["contact_id"])["groups"].append(group)
            return [{"id": self.add(entity, **values)}]
        if entity == "Contact":
            blank: Row = {
                "nick_name": None,
                "preferred_language": "en_GB",
                "Cando.consent": None,
                "groups": [],
                "tags": [],
            }
            values = {**blank, **values}
        made = self.add(entity, **values)
        if entity == "Case":
            self.add("CaseContact", case_id=made, contact_id=values["contact_id"])
        for contact in targets:
            self._target(made, contact)
        return [{"id": made, **values}]

    def _check(self, entity: str, values: Mapping[str, Any]) -> None:
        needed = {"Activity": ("activity_type_id:name", "source_contact_id"), "Case": ("contact_id", "creator_id")}
        missing = [one for one in needed.get(entity, ()) if not values.get(one)]
        if missing:
            told = f"Mandatory values missing from Api4 {entity}::create: {', '.join(missing)}"
            raise Failure(told, code="mandatory_missing")
        if len(str(values.get("subject", ""))) > 255:
            raise Failure("DB Error: value too long", code=-1)
        if "forbidden" in str(values.get("subject", "")):
            raise Failure("Canary Person may not be written about", code="invalid_value")

    def _do_update(self, entity: str, params: Mapping[str, Any]) -> list[Row]:
        rows = [one for one in self.rows.get(entity, []) if all(self._fits(entity, one, c) for c in params["where"])]
        self._check("", params["values"])
        for row in rows:
            self.written.append((entity, "update"))
            self.change(entity, row["id"], **params["values"])
        return [{"id": one["id"], **params["values"]} for one in rows]

    def _do_getfields(self, entity: str, params: Mapping[str, Any]) -> list[Row]:
        known = {field for one in self.rows.get(entity, []) for field in one}
        return [{"name": one} for one in known if one == params["where"][0][2]]

    def _do_getmergedto(self, entity: str, params: Mapping[str, Any]) -> list[Any]:
        known = [one for one in self.rows[entity] if one["id"] == params["contactId"]]
        into = known[0].get("merged_to") if known else None
        return [{"id": into} if into else None]


def _json(body: Any) -> Response:
    """Answer with every character escaped, as PHP does: half surrogates too."""
    return Response(json.dumps(body), media_type="application/json")


def login_page(entity: str, action: str) -> Response:
    """Answer as a site does that wants somebody to sign in: with a page, and 200."""
    return HTMLResponse("<!DOCTYPE html><title>Log in</title>")


def out_of_order(entity: str, action: str) -> Response:
    return PlainTextResponse("Internal Server Error", 500)
