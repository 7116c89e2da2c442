"""What stops a run that would overwrite or delete too much, and what lets it go on."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from plugin.store import braked, decisions
from plugin.sync.brakes import Brakes, release
from tests.unit.sync.two_systems import ACCOUNT, Two

MEMBERS = [f"001000000000{number:03d}EEE" for number in range(40)]


def association(engine: sa.Engine, members: int, brakes: Brakes) -> Two:
    two = Two.of(engine, brakes=brakes)
    for number, key in enumerate(MEMBERS[:members]):
        two.member(two.east, key, f"Sample Member {number:03d}")
    two.sync("east")
    return two


def rename(two: Two, members: int, suffix: str) -> None:
    for key in MEMBERS[:members]:
        member = two.ours("member", two.east, key)
        two.change("member", member["id"], name=f"{member['name']} {suffix}")
    two.settle()


def renamed(two: Two, suffix: str) -> int:
    return sum(str(one.values["Name"]).endswith(suffix) for one in two.east.records[ACCOUNT].values())


def stopped(two: Two) -> list[tuple[str, str, int]]:
    with two.database.connect() as conn:
        return [(one.kind, one.entity, one.number) for one in braked.stopped(conn)]


def let_go(two: Two, kind: Any) -> int:
    with two.database.begin() as conn:
        number = release(conn, "east", kind, "Sample Person", "meant so", two.clock())
    two.settle()
    return number


def test_a_run_that_would_overwrite_too_much_stops_before_doing_it_and_goes_on_once_released(engine: sa.Engine):
    two = association(engine, 20, Brakes(0.2, 0.2, 3))
    rename(two, 10, "Ltd")
    assert (renamed(two, "Ltd"), stopped(two)) == (0, [("overwrite", "member", 10)])
    assert let_go(two, "overwrite") == 10
    assert (renamed(two, "Ltd"), stopped(two)) == (10, [])
    with two.database.connect() as conn:
        [decision] = decisions.newest(conn)
    assert (decision.what, decision.who, decision.after) == ("release", "Sample Person", {"member": 10})


def test_while_one_waits_every_other_that_would_be_overwritten_waits_with_it(engine: sa.Engine):
    two = association(engine, 20, Brakes(0.2, 0.2, 3))
    rename(two, 10, "Ltd")
    two.change("member", two.ours("member", two.east, MEMBERS[15])["id"], name="A single Ltd")
    two.settle()
    assert (renamed(two, "Ltd"), stopped(two)) == (0, [("overwrite", "member", 11)])


def test_what_is_deleted_in_many_small_runs_is_counted_over_24_hours(engine: sa.Engine):
    two = association(engine, 20, Brakes(0.2, 0.2, 3))
    for key in MEMBERS[:3]:
        two.east.remove(ACCOUNT, key)
        two.settle()
    assert (two.count("member"), stopped(two)) == (17, [])
    two.east.remove(ACCOUNT, MEMBERS[3])
    two.settle()
    assert (two.count("member"), stopped(two)) == (17, [("delete", "member", 1)])
    let_go(two, "delete")
    two.clock.forward(24 * 3600)
    two.east.remove(ACCOUNT, MEMBERS[4])
    two.settle()
    assert (two.count("member"), stopped(two)) == (15, [])


def test_what_is_overwritten_in_many_small_runs_is_counted_over_24_hours(engine: sa.Engine):
    two = association(engine, 20, Brakes(0.2, 0.2, 3))
    rename(two, 4, "Ltd")
    assert (renamed(two, "Ltd"), stopped(two)) == (4, [])
    for key in MEMBERS[4:6]:
        two.change("member", two.ours("member", two.east, key)["id"], name="Another Ltd")
    two.settle()
    assert (renamed(two, "Ltd"), stopped(two)) == (4, [("overwrite", "member", 2)])
    let_go(two, "overwrite")
    two.clock.forward(24 * 3600)
    rename(two, 4, "again")
    assert (renamed(two, "again"), stopped(two)) == (4, [])


def test_three_of_five_members_never_stop_a_run(engine: sa.Engine):
    two = association(engine, 5, Brakes(0.2, 0.2, 25))
    rename(two, 3, "Ltd")
    for key in MEMBERS[2:5]:
        two.east.remove(ACCOUNT, key)
    two.settle()
    assert (renamed(two, "Ltd"), two.count("member"), stopped(two)) == (3, 2, [])


def test_empty_fields_that_are_filled_are_not_overwritten(engine: sa.Engine):
    two = association(engine, 10, Brakes(0.1, 0.1, 1))
    for number, key in enumerate(MEMBERS[:10]):
        two.east.put("Desired_Outcome__c", f"a01000000000{number:03d}EEE", Name=f"Goal {number}", Account__c=key)
    two.settle()
    for number in range(10):
        goal = two.ours("desired_outcome", two.east, f"a01000000000{number:03d}EEE")
        two.change("desired_outcome", goal["id"], objective="Two contracts")
    two.settle()
    held = two.east.records["Desired_Outcome__c"].values()
    assert ({one.values["Objective__c"] for one in held}, stopped(two)) == ({"Two contracts"}, [])


def test_a_run_that_would_delete_too_much_stops_before_doing_it_and_goes_on_once_released(engine: sa.Engine):
    two = association(engine, 20, Brakes(0.2, 0.2, 3))
    for key in MEMBERS[:10]:
        two.east.remove(ACCOUNT, key)
    two.settle()
    assert (two.count("member"), stopped(two)) == (20, [("delete", "member", 10)])
    assert let_go(two, "delete") == 10
    assert (two.count("member"), stopped(two)) == (10, [])


def test_records_that_are_undeleted_meanwhile_are_held_back_no_longer(engine: sa.Engine):
    two = association(engine, 20, Brakes(0.2, 0.2, 3))
    for key in MEMBERS[:10]:
        two.east.remove(ACCOUNT, key)
    two.settle()
    for number, key in enumerate(MEMBERS[:10]):
        two.member(two.east, key, f"Sample Member {number:03d}")
    two.settle()
    assert (two.count("member"), stopped(two)) == (20, [])


def test_what_is_set_back_here_is_held_back_no_longer(engine: sa.Engine):
    two = association(engine, 20, Brakes(0.2, 0.2, 3))
    names = {key: two.ours("member", two.east, key)["name"] for key in MEMBERS[:10]}
    rename(two, 10, "Ltd")
    for key, name in names.items():
        two.change("member", two.ours("member", two.east, key)["id"], name=name)
    two.settle()
    assert (renamed(two, "Ltd"), stopped(two)) == (0, [])


@pytest.mark.parametrize(("linked", "most"), [(5, 25), (100, 25), (1000, 200)])
def test_the_most_that_goes_by_itself_is_a_share_and_never_less_than_the_minimum(linked: int, most: int):
    assert Brakes(0.2, 0.1, 25).most("overwrite", linked) == most
