"""What is shown of the index that this process keeps: asked when somebody looks, and only of this process."""

from services.kernel.metrics import Metrics
from services.matching.candidates.index import Index


def watch(metrics: Metrics, index: Index) -> None:
    """Show how large the index is, and how its keeping up goes."""
    metrics.gauge("cando_index_communities", "Communities in memory").set_function(lambda: len(index))
    metrics.gauge("cando_index_behind_seconds", "For how long the index could not be brought up").set_function(
        lambda: index.keeping.behind
    )
    metrics.gauge("cando_index_catch_up_seconds", "How long the last catching up took").set_function(
        lambda: index.keeping.last
    )
