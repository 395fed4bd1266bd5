"""What is measured of the directory's rows: rights that somebody still waits for."""

from services.kernel.measures import Measure, age

MEASURES = (
    Measure(
        "cando_erasure_outstanding_seconds", "How long the erasure has run that not every service has acknowledged",
        f"select {age('created_at')} from erasures where state = 'running'", "largest",  # noqa: S608
    ),
    Measure(
        "cando_rights_requests_overdue", "Requests by right that should have been answered by now",
        "select count(*) from rights_requests where state = 'open' and due_on < cast(:now as timestamptz)::date",
    ),
    Measure(
        "cando_retention_counted_seconds", "How long ago what is too old was last counted, where it was ever counted",
        "select coalesce(extract(epoch from cast(:now as timestamptz) - max(created_at)), 0) from retention_reports",
        "largest",
    ),
)  # fmt: skip
