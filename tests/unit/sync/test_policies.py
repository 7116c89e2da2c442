"""Who wins where both sides changed a field: as the mapping says of the field, else as it says of all."""

from __future__ import annotations

import sqlalchemy as sa

from plugin.sync.held import held
from tests.unit.sync.two_systems import GOAL, Two

EAST, EAST_GOAL = "001000000000001EEE", "a01000000000001EEE"
FIELDS = {"name": "Name", "objective": "Objective__c", "baseline": "Baseline__c", "closed_reason": "Closed_Reason__c"}


def test_a_fields_own_policy_goes_before_that_of_the_mapping(engine: sa.Engine):
    two = Two.of(engine)
    two.member(two.east, EAST, "Sample Member 1")
    two.east.put(GOAL, EAST_GOAL, Account__c=EAST, **dict.fromkeys(FIELDS.values(), "Agreed"))
    two.sync("east")
    goal = two.ours("desired_outcome", two.east, EAST_GOAL)["id"]
    two.change("desired_outcome", goal, **dict.fromkeys(FIELDS, "Ours"))
    two.clock.forward(1)
    two.east.put(GOAL, EAST_GOAL, **dict.fromkeys(FIELDS.values(), "Theirs"))
    two.settle()
    ours = two.ours("desired_outcome", two.east, EAST_GOAL)
    both = {name: (two.east.value(GOAL, EAST_GOAL, theirs), ours[name]) for name, theirs in FIELDS.items()}
    assert both == {
        "name": ("Theirs", "Ours"),
        "objective": ("Theirs", "Theirs"),
        "baseline": ("Ours", "Ours"),
        "closed_reason": ("Theirs", "Ours"),
    }
    with two.database.connect() as conn:
        assert {one.field: one.why for one in held(conn)} == {"name": "undecided", "closed_reason": "policy"}
