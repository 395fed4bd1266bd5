"""What was there before one-to-one assessments kept every answer: it has a history, and what is published stays so."""

from collections.abc import Callable
from uuid import uuid4

import psycopg
from alembic import command
from alembic.config import Config

from deploy.database import ALEMBIC_INI, prepare
from tests.conftest import SECRET

_OWN = "tenant_id, id, created_at, updated_at, version"


def _fill(admin: str, tenant: str, assessment: str, able: str) -> None:
    own = f"'{tenant}', %s, now(), now(), 1"
    with psycopg.connect(admin) as connection:
        connection.execute("set search_path to assessments")
        connection.execute(
            f"insert into assessments ({_OWN}, external_ids, participant_id, instrument_id, language, held_by, state) "
            f"values ({own}, '[]', gen_random_uuid(), gen_random_uuid(), 'en', gen_random_uuid(), 'completed')",
            (assessment,),
        )
        connection.execute(
            f"insert into answers ({_OWN}, assessment_id, question_id, value, language, answered_at) "
            f"values ({own}, %s, 'willing', '\"yes\"', 'en', now())",
            (str(uuid4()), assessment),
        )
        connection.execute(
            f"insert into capabilities ({_OWN}, external_ids, assessment_id, activity, language, done_already, willing,"
            f" means, availability) values ({own}, '[]', %s, 'bake', 'en', true, 'yes', '[]', '[]')",
            (able, assessment),
        )
        connection.execute(
            f"insert into publications ({_OWN}, kind, participant_id, held_by, title, text, language, category, means,"
            " availability, exchange, source_system, source_id, source_parent, state) "
            f"values ({own}, 'offer', gen_random_uuid(), gen_random_uuid(), 'x', 'x', 'en', 'food', '[]', '[]', 'gift',"
            " 'assessment', %s, %s, 'published')",
            (str(uuid4()), able, assessment),
        )


def test_earlier_answers_have_a_history_and_earlier_publications_were_agreed_to(
    new_database: Callable[[], str],
) -> None:
    admin = new_database()
    prepare(admin, SECRET, services=["assessments"])
    config = Config(ALEMBIC_INI, ini_section="assessments")
    config.attributes["url"] = admin
    command.downgrade(config, "0002")
    tenant, assessment, able = str(uuid4()), str(uuid4()), str(uuid4())
    _fill(admin, tenant, assessment, able)
    command.upgrade(config, "head")
    with psycopg.connect(admin) as connection:
        entries = connection.execute(
            "select e.value, e.answered_by from assessments.answer_entries e "
            "join assessments.answers a on a.entry_id = e.id and a.tenant_id = e.tenant_id"
        ).fetchall()
        assert entries == [("yes", "app")]
        assert connection.execute("select agreed from assessments.capabilities").fetchall() == [(True,)]
        connection.execute("update assessments.assessments set state = 'declined'")
    command.downgrade(config, "0002")
    with psycopg.connect(admin) as connection:
        assert connection.execute("select state from assessments.assessments").fetchall() == [("in_progress",)]
