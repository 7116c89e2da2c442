"""After the deployment: flows switched on and read back, permission sets assigned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from connectors.salesforce.install.org import Http, names_there, query, quoted
from plugin.errors import UserError

INTEGRATION, ADMIN = "Success_Vector_Integration", "Success_Vector_Admin"


@dataclass(frozen=True)
class FlowState:
    """One flow as the org has it: `id` of its definition, the number of its newest version, and the active one's."""

    name: str
    id: str
    newest: int
    active_version: int | None

    @property
    def active(self) -> bool:
        """Whether the newest version is the one that runs."""
        return self.active_version == self.newest


def flow_states(http: Http, names: Sequence[str]) -> tuple[FlowState, ...]:
    """Return the flows of these names that there are, by name."""
    if not names:
        return ()
    soql = quoted(
        "SELECT Id, DeveloperName, ActiveVersion.VersionNumber, LatestVersion.VersionNumber FROM FlowDefinition "
        "WHERE DeveloperName IN {}",
        list(names),
    )
    states = []
    for row in query(http, soql, tooling=True):
        active, newest = row.get("ActiveVersion") or {}, row.get("LatestVersion") or {}
        states.append(
            FlowState(row["DeveloperName"], row["Id"], int(newest.get("VersionNumber", 0)), active.get("VersionNumber"))
        )
    return tuple(sorted(states, key=lambda state: state.name))


def activate(http: Http, names: Sequence[str]) -> tuple[str, ...]:
    """Switch on the newest version of each flow and read back; return what is left for a person to do in Setup."""
    left = []
    for state in flow_states(http, names):
        if not state.active:
            refusal = _switch_on(http, state)
            if refusal:
                left.append(
                    f"{refusal} In Setup, Flows, open {state.name}, version {state.newest}, and click Activate."
                )
    told = "\n".join(left)
    now = {state.name: state for state in flow_states(http, names)}
    for name in names:
        if (name not in now or not now[name].active) and name not in told:
            left.append(f"The flow {name} is not active. In Setup, Flows, open its newest version and click Activate.")
    return tuple(left)


def _switch_on(http: Http, state: FlowState) -> str | None:
    body = {"Metadata": {"activeVersionNumber": state.newest}}
    try:
        http.json("PATCH", f"tooling/sobjects/FlowDefinition/{state.id}", json=body)
    except UserError as error:
        return f"Salesforce would not activate {state.name}: {error}"
    return None


def assign(http: Http, permission_set: str, user: str, shown: str) -> str | None:
    """Assign a permission set to a user by id, whose name is `shown`; return what is left to do, None if done."""
    found = names_there(http, "PermissionSet", [permission_set]).get(permission_set)
    if found is None:
        return f"There is no permission set {permission_set}. Deploy it, then assign it to {shown} in Setup, Users."
    soql = quoted("SELECT Id FROM PermissionSetAssignment WHERE PermissionSetId = {} AND AssigneeId = {}", found, user)
    if query(http, soql):
        return None
    try:
        http.json("POST", "sobjects/PermissionSetAssignment", json={"PermissionSetId": found, "AssigneeId": user})
    except UserError as error:
        return (
            f"Salesforce would not assign {permission_set} to {shown}: {error} In Setup, Permission Sets, open it, "
            "Manage Assignments; an integration user needs the permission set licence Salesforce API Integration first."
        )
    return None
