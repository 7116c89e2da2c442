"""Flows beside their content: whether an admin has switched one off, which to switch on, and their old versions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from connectors.salesforce.install.activate import FlowState
from connectors.salesforce.install.org import Http, query, quoted
from connectors.salesforce.install.record import Record
from connectors.salesforce.install.threeway import Comparison, Rules, Verdict
from plugin.errors import UserError

MOST_VERSIONS = 50
"""Salesforce keeps no more of one flow, and refuses a deployment that would make another."""


def with_switches(
    comparisons: Iterable[Comparison], states: Sequence[FlowState], record: Record | None, rules: Rules
) -> tuple[Comparison, ...]:
    """Return the comparisons with every flow left alone that an admin switched off: deploying it would switch it on."""
    by_name = {state.name: state for state in states}
    off = switched_off(states, record, rules)
    made: list[Comparison] = []
    for one in comparisons:
        state = by_name.get(one.name[1]) if one.name[0] == "Flow" else None
        if state and not one.changes and waits(state, record):
            made.append(_all(one, Verdict.SAME))
        elif state and one.changes and state.name in off:
            made.append(_all(one, Verdict.YOURS))
        else:
            made.append(one)
    return tuple(made)


def _all(one: Comparison, verdict: Verdict) -> Comparison:
    return replace(one, findings=tuple(replace(each, verdict=verdict, result=each.theirs) for each in one.findings))


def waits(state: FlowState, record: Record | None) -> bool:
    """Return whether a version that we brought was never switched on: the installer was stopped before, or refused."""
    return (
        record is not None
        and ("Flow", state.name) in record.pieces
        and state.name not in record.on
        and not state.active
    )


def switched_off(states: Iterable[FlowState], record: Record | None, rules: Rules) -> frozenset[str]:
    """Return the flows that an admin switched off and that stay so."""
    return frozenset(
        state.name
        for state in states
        if state.active_version is None
        and not waits(state, record)
        and ("Flow", state.name) not in rules.always
        and not rules.takes(("Flow", state.name))
    )


def to_switch_on(
    comparisons: Iterable[Comparison], states: Sequence[FlowState], record: Record | None, rules: Rules
) -> tuple[str, ...]:
    """Return the flows whose newest version is to run: those that are brought, those that wait, and what we live on."""
    names = {one.name[1] for one in comparisons if one.name[0] == "Flow" and one.changes and not one.removes}
    for state in states:
        wanted = ("Flow", state.name) in rules.always or rules.takes(("Flow", state.name))
        if waits(state, record) or (wanted and state.active_version is None):
            names.add(state.name)
    return tuple(sorted(names))


def make_room(http: Http, states: Sequence[FlowState], brought: Iterable[str]) -> tuple[str, ...]:
    """Delete the oldest version of each flow that is full and gets another; return what was done."""
    wanted = set(brought)
    told = []
    for state in states:
        if state.name in wanted and state.newest >= MOST_VERSIONS:
            versions = _versions(http, state)
            if len(versions) >= MOST_VERSIONS and (oldest := _old(versions, state)[:1]):
                http.json("DELETE", f"tooling/sobjects/Flow/{oldest[0][0]}")
                told.append(f"{state.name} had {MOST_VERSIONS} versions: version {oldest[0][1]} was deleted.")
    return tuple(told)


def prune(http: Http, states: Sequence[FlowState]) -> tuple[str, ...]:
    """Delete the versions that are older than the active one, and return what Salesforce would not let go.

    The active one stays, and so does a newer one that somebody is working on.
    """
    left = []
    for state in states:
        for version_id, number in _old(_versions(http, state), state) if (state.active_version or 0) > 1 else ():
            try:
                http.json("DELETE", f"tooling/sobjects/Flow/{version_id}")
            except UserError as error:
                left.append(f"Version {number} of the flow {state.name} could not be deleted: {error}")
    return tuple(left)


def _versions(http: Http, state: FlowState) -> list[tuple[str, int]]:
    soql = quoted("SELECT Id, VersionNumber FROM Flow WHERE DefinitionId = {} ORDER BY VersionNumber", state.id)
    return [(row["Id"], int(row["VersionNumber"])) for row in query(http, soql, tooling=True)]


def _old(versions: Sequence[tuple[str, int]], state: FlowState) -> list[tuple[str, int]]:
    newest_kept = state.active_version or state.newest
    return [one for one in versions if one[1] < newest_kept]


def remove(http: Http, states: Sequence[FlowState]) -> None:
    """Switch flows off and delete each of their versions, and so the flows. What is gone already is passed over."""
    for state in states:
        if state.active_version is not None:
            body = {"Metadata": {"activeVersionNumber": 0}}
            http.json("PATCH", f"tooling/sobjects/FlowDefinition/{state.id}", json=body)
        for version_id, _ in _versions(http, state):
            http.json("DELETE", f"tooling/sobjects/Flow/{version_id}")
