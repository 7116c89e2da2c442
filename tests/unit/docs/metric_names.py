"""The metrics by the names under which Prometheus keeps them."""

import sqlalchemy as sa

from plugin.web.metrics import StoreCollector


def metric_names(engine: sa.Engine) -> list[str]:
    """Return the name of each metric; a counter's ends in _total."""
    return [f"{one.name}_total" if one.type == "counter" else one.name for one in StoreCollector(engine).collect()]
