"""Whether the org tells us of changes: which notify flows are active, by object."""

from __future__ import annotations

from connectors.salesforce.install.activate import flow_states
from connectors.salesforce.install.notify import Notice
from connectors.salesforce.install.org import Http
from mappings.model import Mapping


def flows_active(http: Http, mapping: Mapping) -> dict[str, bool]:
    """Return, for every object that is read, whether all of its notify flows that there are run; False if none are."""
    names = {source.object: tuple(Notice(source.object, ("Id",)).flows) for source in mapping.sources if source.reads}
    states = {state.name: state for state in flow_states(http, [name for each in names.values() for name in each])}
    return {
        object_name: any(name in states for name in flows)
        and all(states[name].active for name in flows if name in states)
        for object_name, flows in names.items()
    }
