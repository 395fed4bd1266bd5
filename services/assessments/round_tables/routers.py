"""Every route of the round tables, in the order in which they are asked."""

from services.assessments.round_tables import routes
from services.assessments.round_tables.attendance import routes as attendance
from services.assessments.round_tables.cards import routes as cards
from services.assessments.round_tables.devices import routes as devices
from services.assessments.round_tables.pacing import routes as pacing
from services.assessments.round_tables.plenary import routes as plenary
from services.assessments.round_tables.plenary import voting_routes as voting
from services.assessments.round_tables.report import routes as report
from services.assessments.round_tables.results import routes as results
from services.assessments.round_tables.sheets import routes as sheets

ROUTERS = (
    sheets.router,
    routes.router,
    attendance.router,
    pacing.router,
    cards.router,
    devices.router,
    plenary.router,
    voting.router,
    results.router,
    report.router,
)
