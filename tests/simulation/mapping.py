"""The mapping that is simulated: one field for every policy, with references two levels deep."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from mappings.load import load
from mappings.model import Deletes, Mapping

TOML = """
system = "east"
policy = "latest"

[[source]]
entity = "member"
object = "Account"
external_id = "Success_Vector_Id__c"
where = [{ field = "Is_Member__c", is = true }]
[source.fields]
name = "Name"
owner = { field = "OwnerId", direction = "in" }
vector_status = { field = "Vector_Status__c", values = { no_goal = "No goal", arrived = "Arrived", \
off_course = "Off course", on_course = "On course", grace = "Grace", drifting = "Drifting", holding = "Holding" } }
score = "Success_Score__c"

[[source]]
entity = "desired_outcome"
object = "Desired_Outcome__c"
external_id = "Success_Vector_Id__c"
[source.fields]
name = "Name"
objective = { field = "Objective__c", policy = "theirs" }
baseline = { field = "Baseline__c", policy = "ours" }
closed_reason = { field = "Closed_Reason__c", policy = "review" }
due_on = "Time_Frame__c"
priority = "Priority__c"
[source.references]
member = { Account__c = "Account" }

[[source]]
entity = "milestone"
object = "Success_Milestone__c"
external_id = "Success_Vector_Id__c"
[source.fields]
name = "Name"
type = { field = "Type__c", values = { functional = "Functional", operational = "Operational", \
opportune = "Opportune", strategic = "Strategic" } }
metric_name = { field = "Metric_Name__c", policy = "theirs" }
evidence_source = { field = "Evidence_Source__c", policy = "ours" }
metric_target = "Metric_Target__c"
[source.references]
desired_outcome = { Desired_Outcome__c = "Desired_Outcome__c" }
"""

OBJECTS = {"member": "Account", "desired_outcome": "Desired_Outcome__c", "milestone": "Success_Milestone__c"}
PARENT = {"desired_outcome": "member", "milestone": "desired_outcome"}
EDITED = {
    "member": ("name",),
    "desired_outcome": ("name", "objective", "baseline", "closed_reason", "due_on", "priority"),
    "milestone": ("name", "metric_name", "evidence_source", "metric_target"),
}
"""The fields that people edit on both sides."""


@cache
def mapping(system: str, deletes: Deletes = Deletes.KEEP) -> Mapping:
    """The mapping of one of the simulated systems, and what becomes there of what is deleted here."""
    read = _read()
    return replace(read, system=system, sources=tuple(replace(one, deletes=deletes) for one in read.sources))


@cache
def _read() -> Mapping:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "simulated.toml"
        path.write_text(TOML, encoding="utf-8")
        return load(path)
