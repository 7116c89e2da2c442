"""Capacity and rebalancing: the worked example, and what must hold for any team."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.domain.capacity import Msm, Pool, Served, Team, capacity
from plugin.domain.rebalance import rebalance
from plugin.domain.shares import percent

DAY = date(2026, 6, 1)


def members_of(owner: str, count: int, hours: float = 0.5, segment: str = "Asynchronous") -> list[Served]:
    return [
        Served(f"{owner}{i}", f"Member {owner}{i}", owner, segment, hours, DAY - timedelta(days=i))
        for i in range(count)
    ]


def example() -> tuple[list[Served], Team]:
    """Two people at three times what they can serve, two at a quarter."""
    team = Team(tuple(Msm(name, 100) for name in ("Ann", "Ben", "Cleo", "Dan")))
    counts = {"Ann": 600, "Ben": 600, "Cleo": 50, "Dan": 50}
    return [one for name, count in counts.items() for one in members_of(name, count)], team


def test_two_people_at_three_times_their_load_and_two_at_a_quarter_are_found() -> None:
    found = capacity(*example())
    assert [(load.name, percent(load.load)) for load in found.loads] == [
        ("Ann", "300%"),
        ("Ben", "300%"),
        ("Cleo", "25%"),
        ("Dan", "25%"),
    ]
    assert [load.spare for load in found.loads] == [0, 0, 75, 75]


def test_evened_out_each_stands_at_163_percent_and_it_is_still_short() -> None:
    found = rebalance(*example())
    assert [percent(load.load) for load in found.after.loads] == ["163%"] * 4
    assert len(found.moves) == 550
    assert found.after.shortage == (
        "650 hours a month are called for and 400 are there: 250 short, at 163% on average. "
        "Hire 3 people with 100 hours each, or change coverage so that members take 38% fewer hours."
    )


def test_what_is_near_enough_saves_moves() -> None:
    found = rebalance(*example(), near=0.1)
    assert len(found.moves) < 550
    assert found.after.highest <= 1.625 + 0.1 + 1e-9


def test_a_team_with_time_enough_is_told_of_no_shortage() -> None:
    assert capacity(members_of("Ann", 10), Team((Msm("Ann", 100),))).shortage == ""


def test_overhead_takes_its_share_of_the_hours() -> None:
    (load,) = capacity(members_of("Ann", 120), Team((Msm("Ann", 100, overhead=0.25),))).loads
    assert (load.usable, load.load) == (75, 0.8)


def test_a_pooled_segment_loads_its_pool_and_not_the_owner() -> None:
    team = Team((Msm("Ann", 100), Msm("Ben", 100)), (Pool("Desk", ("Inbound",), 50, 0.2), Pool("Net", ("Own",))))
    rows = [*members_of("Ann", 40), *members_of("Ben", 60, segment="Inbound"), *members_of("Zoe", 2, segment="Own")]
    found = capacity(rows, team)
    assert [(load.name, load.hours, load.load) for load in found.loads] == [
        ("Ann", 20, 0.2),
        ("Ben", 0, 0),
        ("Desk", 30, 0.75),
        ("Net", 1, None),
    ]
    assert all(not move.member.startswith(("Ben", "Zoe")) for move in rebalance(rows, team).moves)


def test_members_without_anybody_to_serve_them_are_named_and_stay() -> None:
    team = Team((Msm("Ann", 100), Msm("Ben", 100)))
    found = rebalance([*members_of("Ann", 10), *members_of("Zoe", 3)], team)
    assert [one.owner for one in found.before.nobody] == ["Zoe"] * 3
    assert {move.giver for move in found.moves} == {"Ann"}


def test_hours_and_over_coverage_are_told_by_segment() -> None:
    rows = [
        Served("1", "Alder", "Ann", "Synchronous", 4.0, called_for=1.0),
        Served("2", "Birch", "Ann", "Synchronous", 4.0, called_for=6.0),
        Served("3", "Cedar", "Ann", "Inbound", 0.5),
    ]
    found = capacity(rows, Team((Msm("Ann", 100),)))
    assert [(one.segment, one.members, one.hours, one.over) for one in found.segments] == [
        ("Inbound", 1, 0.5, 0.0),
        ("Synchronous", 2, 8.0, 3.0),
    ]


def test_hours_follow_segment_and_stage() -> None:
    team = Team((), hours={"Synchronous": {"joining": 6.0, "": 2.0}, "Inbound": {"joining": 1.0}})
    asked = [("Synchronous", "joining"), ("Synchronous", "renewing"), ("Inbound", "renewing"), ("Own", "joining")]
    assert [team.hours_of(*one) for one in asked] == [6.0, 2.0, None, None]


def test_those_owned_for_the_shortest_time_are_handed_over() -> None:
    found = rebalance(members_of("Ann", 10, hours=10), Team((Msm("Ann", 100), Msm("Ben", 100))))
    assert [move.member for move in found.moves] == ["Ann0", "Ann1", "Ann2", "Ann3", "Ann4"]


def test_a_team_in_balance_hands_nobody_over() -> None:
    rows = [*members_of("Ann", 20), *members_of("Ben", 21)]
    assert rebalance(rows, Team((Msm("Ann", 100), Msm("Ben", 100)))).moves == ()


def test_one_person_or_no_members_is_no_reason_to_move_anybody() -> None:
    assert rebalance(members_of("Ann", 500), Team((Msm("Ann", 10),))).moves == ()
    assert rebalance([], Team((Msm("Ann", 10), Msm("Ben", 10)))).moves == ()


names = st.sampled_from(("Ann", "Ben", "Cleo", "Dan"))
teams = st.tuples(*(st.builds(Msm, st.just(name), st.integers(5, 160).map(float), st.sampled_from((0.0, 0.3)))
                    for name in ("Ann", "Ben", "Cleo"))).map(Team)  # fmt: skip
portfolios = st.lists(st.tuples(names, st.sampled_from((0.5, 1.0, 2.5, 6.0))), max_size=40).map(
    lambda rows: [Served(str(i), "", owner, "S", hours) for i, (owner, hours) in enumerate(rows)]
)


@settings(max_examples=40)
@given(portfolios, teams)
def test_rebalancing_never_raises_the_highest_load_and_moves_each_member_once(rows: list[Served], team: Team) -> None:
    found = rebalance(rows, team)
    assert found.after.highest <= found.before.highest + 1e-9
    assert max(Counter(move.member for move in found.moves).values(), default=1) == 1
    assert all(move.giver != move.taker for move in found.moves)
    assert len(found.after.nobody) == len(found.before.nobody)
    assert abs(found.after.hours - found.before.hours) < 1e-6
