"""Which elements FHIR R4 has in the resources that are taken in: another one is a mistake, and is named as one."""

PATIENT = frozenset({
    "identifier", "active", "name", "telecom", "gender", "birthDate", "deceasedBoolean", "deceasedDateTime",
    "address", "maritalStatus", "multipleBirthBoolean", "multipleBirthInteger", "photo", "contact",
    "communication", "generalPractitioner", "managingOrganization", "link"
})  # fmt: skip
SERVICE_REQUEST = frozenset({
    "identifier", "instantiatesCanonical", "instantiatesUri", "basedOn", "replaces", "requisition", "status",
    "intent", "category", "priority", "doNotPerform", "code", "orderDetail", "quantityQuantity",
    "quantityRatio", "quantityRange", "subject", "encounter", "occurrenceDateTime", "occurrencePeriod",
    "occurrenceTiming", "asNeededBoolean", "asNeededCodeableConcept", "authoredOn", "requester",
    "performerType", "performer", "locationCode", "locationReference", "reasonCode", "reasonReference",
    "insurance", "supportingInfo", "specimen", "bodySite", "note", "patientInstruction", "relevantHistory"
})  # fmt: skip
CONSENT = frozenset({
    "identifier", "status", "scope", "category", "patient", "dateTime", "performer", "organization",
    "sourceAttachment", "sourceReference", "policy", "policyRule", "verification", "provision"
})  # fmt: skip
