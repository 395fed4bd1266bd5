"""The bodies that the facade reads: a transfer as JSON:API sends it. What Komunitin adds besides is passed over."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field, StrictInt, ValidationError, field_validator

from services.kernel.fields import Line
from services.kernel.problems import Conflict, FieldError, Malformed, field_errors

MOST = 2**53
_MADE_AT_ONCE = "committed"


class _Named(BaseModel):
    type: str = Field(pattern="^accounts$")
    id: UUID


class _ToAccount(BaseModel):
    data: _Named


class _Sides(BaseModel):
    payer: _ToAccount
    payee: _ToAccount


class _Meta(BaseModel):
    description: Line


class _Attributes(BaseModel):
    amount: StrictInt = Field(ge=1, le=MOST)
    meta: _Meta
    state: str = _MADE_AT_ONCE

    @field_validator("meta", mode="before")
    @classmethod
    def _plain_text_is_a_description(cls, value: Any) -> Any:
        return {"description": value} if isinstance(value, str) else value

    @field_validator("state")
    @classmethod
    def _can_be_made(cls, value: str) -> str:
        if value != _MADE_AT_ONCE:  # a draft (`new`) moves nothing in Komunitin, and nothing is kept here
            raise ValueError("must be committed, which moves the hours at once: no drafts are kept here")
        return value


class _Transfer(BaseModel):
    id: UUID | None = None
    type: str = "transfers"
    attributes: _Attributes
    relationships: _Sides


class _Document(BaseModel):
    data: _Transfer


class NewTransfer(BaseModel):
    """A transfer to be made; `amount` is in seconds, `id` its client's own name for it."""

    id: UUID | None
    payer: UUID
    payee: UUID
    amount: int
    description: str


def new_transfer(body: Any) -> NewTransfer:
    """Return the transfer that a document asks for. Raises Malformed, and Conflict for another type of resource."""
    try:
        data = _Document.model_validate(body).data
    except ValidationError as error:
        found = field_errors([dict(one) for one in error.errors()], source="body")
        raise Malformed("The document is not a transfer.", errors=found) from None
    if data.type != "transfers":
        raise Conflict("Only transfers are made here.")
    payer, payee = data.relationships.payer.data.id, data.relationships.payee.data.id
    if payer == payee:
        same = FieldError(source="body", path="/data/relationships/payee", message="must be another account")
        raise Malformed("Nobody pays herself.", errors=[same])
    said = data.attributes
    return NewTransfer(id=data.id, payer=payer, payee=payee, amount=said.amount, description=said.meta.description)


def committed(body: Any) -> None:
    """Accept a change of a transfer that leaves it as it is: committed. Raises Malformed, Conflict for any other."""
    try:
        attributes = body["data"]["attributes"]
        changes = {name: value for name, value in attributes.items() if name not in ("created", "updated")}
    except (KeyError, TypeError, AttributeError):
        raise Malformed("The document is not a transfer.") from None
    if changes != {"state": _MADE_AT_ONCE}:
        raise Conflict("A committed transfer is not changed or taken back; make one that gives it back.")
