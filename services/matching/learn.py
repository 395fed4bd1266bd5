"""Learn a community's weights from its outcomes: `python -m services.matching.learn TENANT_ID`.

Prints what was learnt, or why the weights stay as they are. Reads `CANDO_…` like the service itself.
"""

import asyncio
import sys
from uuid import UUID

from services.kernel.app import from_environment
from services.kernel.work import as_service
from services.matching.app import create_app
from services.matching.engine.learning import NothingLearnt
from services.matching.fairness import operations
from services.matching.settings import Settings


async def learn(tenant: UUID) -> str:
    """Learn, keep what is better, and return what to print."""
    app = create_app(from_environment(Settings))
    kernel = app.state.kernel
    try:
        async with as_service(kernel, tenant) as work:
            lesson = await operations.learn_from_outcomes(work)
    except NothingLearnt as reason:
        return str(reason)
    finally:
        await kernel.database.close()
    shares = ", ".join(f"{name} {weight:.3f}" for name, weight in lesson.weights.items())
    return (
        f"Weights {lesson.version} stand now: {shares}. From {lesson.shown} outcomes, {lesson.welcome} welcome; "
        f"surprise on what was held back {lesson.before:.4f} before, {lesson.after:.4f} now."
    )


if __name__ == "__main__":
    print(asyncio.run(learn(UUID(sys.argv[1]))))  # noqa: T201
