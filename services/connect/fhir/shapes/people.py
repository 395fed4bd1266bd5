"""Participants as Patients and their grants as Consents. A Patient here has no name: only what others call her by."""

from typing import Any

from services.connect.fhir.shapes.parts import (
    NOTICE,
    PURPOSE,
    Row,
    coded,
    filled,
    identifiers,
    instant,
    reference,
    resource,
    uuid_identifier,
)

_SCOPES = "http://terminology.hl7.org/CodeSystem/consentscope"
_ACTS = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_ROLES = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"


def patient(row: Row) -> dict[str, Any]:
    """Return a participant as the least that a reference to her can lead to: id and identifiers."""
    made = resource("Patient", row["id"], version=row["version"], updated=row["updated_at"])
    return made | filled(
        {
            "identifier": identifiers(row["external_ids"]),
            "active": True,
            "managingOrganization": reference("Organization", row["registered_by"]),
        }
    )


def consent_id(participant: str, grant: str) -> str:
    """Return the id of a Consent: 64 characters, as many as FHIR allows, so that it can be found again."""
    return participant.replace("-", "") + grant.replace("-", "")


def consent(row: Row) -> dict[str, Any]:
    """Return a grant: to whom, for what, since when, on which notice; inactive once it is revoked or has run out."""
    ended = row["revoked_at"] or (None if row["live"] else row["expires_at"])
    updated = max(row["created_at"], ended or row["created_at"], key=instant)
    version = 2 if row["revoked_at"] else 1
    identity = consent_id(row["participant_id"], row["id"])
    basis = "" if row["legal_basis"] == "consent" else f" ({row['legal_basis'].replace('_', ' ')})"
    return resource("Consent", identity, version=version, updated=updated) | {
        "identifier": [uuid_identifier(row["id"])],
        "status": "active" if row["live"] else "inactive",
        "scope": coded(_SCOPES, "patient-privacy", "Privacy Consent"),
        "category": [coded("http://loinc.org", "59284-0", "Consent Document")],
        "patient": reference("Patient", row["participant_id"]),
        "dateTime": instant(row["given_at"]),
        "organization": [reference("Organization", row["recipient_id"])],
        "policyRule": {
            "coding": [
                {"system": _ACTS, "code": "OPTIN"},
                {"system": NOTICE, "code": "-".join(row["notice_version"].split())},
            ],
            "text": row["notice_version"] + basis,
        },
        "provision": _provision(row),
    }


def _provision(row: Row) -> dict[str, Any]:
    ends = [instant(end) for end in (row["revoked_at"], row["expires_at"]) if end]
    recipient = {"role": coded(_ROLES, "IRCP"), "reference": reference("Organization", row["recipient_id"])}
    return filled(
        {
            "period": filled({"start": instant(row["given_at"]), "end": min(ends, default=None)}),
            "actor": [recipient],
            "purpose": [{"system": PURPOSE, "code": row["purpose"]}],
            "code": [{"text": one} for one in row["categories"]],
        }
    )
