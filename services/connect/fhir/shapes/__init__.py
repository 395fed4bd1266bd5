"""What stands in `/v1`, in the shapes of FHIR R4: pure functions, one file a subject."""
