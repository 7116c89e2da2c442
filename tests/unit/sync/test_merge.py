"""The rules of the merge, one sentence each, and what must hold for any values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.model import Policy
from plugin.sync.merge import MISSING, STUCK, Sides, Verdict, Why, three_way

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
values = st.one_of(st.none(), st.booleans(), st.sampled_from(["a", "b", "c"]))
policies = st.sampled_from(list(Policy))


def verdict(policy: Policy = Policy.REVIEW, **sides: object) -> Verdict:
    return three_way(Sides(**sides), policy).verdict  # type: ignore[arg-type]


def test_their_change_is_taken():
    assert verdict(shadow="a", theirs="b", ours="a") is Verdict.TAKE


def test_our_change_is_pushed_and_the_shadow_waits_for_the_read_that_shows_it():
    merged = three_way(Sides(shadow="a", theirs="a", ours="b"), Policy.THEIRS)
    assert (merged.verdict, merged.shadow) == (Verdict.PUSH, "a")


def test_the_same_change_on_both_sides_is_no_conflict():
    merged = three_way(Sides(shadow="a", theirs="b", ours="b"), Policy.REVIEW)
    assert (merged.verdict, merged.shadow) == (Verdict.AGREED, "b")


def test_clearing_a_value_is_a_change_like_any_other():
    assert verdict(shadow="a", theirs=None, ours="a") is Verdict.TAKE
    assert verdict(shadow="a", theirs="a", ours=None) is Verdict.PUSH


@pytest.mark.parametrize(
    ("policy", "expected"), [(Policy.THEIRS, Verdict.TAKE), (Policy.OURS, Verdict.PUSH), (Policy.REVIEW, Verdict.HOLD)]
)
def test_two_different_changes_are_settled_by_the_policy(policy: Policy, expected: Verdict):
    assert verdict(policy, shadow="a", theirs="b", ours="c") is expected


def test_ours_wins_only_once_their_value_is_known_so_that_the_difference_is_pushed():
    assert three_way(Sides(shadow="a", theirs="b", ours="c"), Policy.OURS).shadow == "b"


def test_latest_takes_ours_when_ours_is_after_their_last_modification():
    sides = {"shadow": "a", "theirs": "b", "ours": "c", "theirs_changed_at": NOON}
    assert verdict(Policy.LATEST, ours_changed_at=NOON + MINUTE, **sides) is Verdict.PUSH


def test_latest_takes_theirs_when_ours_is_older_than_the_last_read_that_showed_the_shadow():
    sides = {"shadow": "a", "theirs": "b", "ours": "c", "theirs_changed_at": NOON, "shadow_seen_at": NOON - MINUTE}
    assert verdict(Policy.LATEST, ours_changed_at=NOON - 2 * MINUTE, **sides) is Verdict.TAKE


def test_latest_asks_a_person_when_nobody_can_tell():
    sides = {"shadow": "a", "theirs": "b", "ours": "c", "theirs_changed_at": NOON, "shadow_seen_at": NOON - MINUTE}
    assert verdict(Policy.LATEST, ours_changed_at=NOON - MINUTE / 2, **sides) is Verdict.HOLD


def test_without_a_shadow_a_value_beats_null_and_two_values_go_to_review():
    assert verdict(Policy.OURS, theirs="a", ours=None) is Verdict.TAKE
    assert verdict(Policy.THEIRS, theirs=None, ours="a") is Verdict.PUSH
    assert verdict(Policy.THEIRS, theirs="a", ours="b") is Verdict.HOLD


def test_what_we_sent_has_landed_when_it_is_read_back():
    merged = three_way(Sides(shadow="a", sent="b", theirs="b", ours="b"), Policy.REVIEW)
    assert (merged.verdict, merged.shadow) == (Verdict.AGREED, "b")


def test_our_own_echo_is_not_taken_for_their_change_when_ours_moved_on():
    merged = three_way(Sides(shadow="a", sent="b", theirs="b", ours="c"), Policy.THEIRS)
    assert (merged.verdict, merged.shadow) == (Verdict.PUSH, "b")


def test_a_lagging_read_while_we_are_sending_changes_nothing():
    merged = three_way(Sides(shadow="a", sent="b", theirs="a", ours="b", stamp_moved=False), Policy.THEIRS)
    assert (merged.verdict, merged.shadow) == (Verdict.WAIT, "a")


def test_another_value_while_we_are_sending_is_their_change():
    assert verdict(Policy.THEIRS, shadow="a", sent="b", theirs="c", ours="b") is Verdict.TAKE
    assert verdict(Policy.REVIEW, shadow="a", sent="b", theirs="a", ours="b", stamp_moved=True) is Verdict.HOLD


@pytest.mark.parametrize(
    ("policy", "sides", "why"),
    [
        (Policy.REVIEW, {"shadow": "a", "theirs": "b", "ours": "c"}, Why.POLICY),
        (Policy.LATEST, {"shadow": "a", "theirs": "b", "ours": "c"}, Why.UNDECIDED),
        (Policy.THEIRS, {"theirs": "b", "ours": "c"}, Why.FIRST_CONTACT),
        (Policy.OURS, {"shadow": "a", "sent": "b", "theirs": "a", "ours": "b"}, Why.UNSURE),
        (Policy.THEIRS, {"shadow": "b", "theirs": "a", "ours": "b", "stuck": Why.FLIP_FLOP}, Why.FLIP_FLOP),
        (Policy.THEIRS, {"shadow": "a", "theirs": "b", "ours": "c", "settled": True}, Why.MOVED),
    ],
)
def test_what_is_held_says_why(policy: Policy, sides: dict[str, object], why: Why):
    merged = three_way(Sides(**sides), policy)  # type: ignore[arg-type]
    assert (merged.verdict, merged.why) == (Verdict.HOLD, why)


@given(shadow=values, theirs=values, ours=values, policy=policies)
def test_a_settled_value_is_never_replaced_by_a_read(shadow: object, theirs: object, ours: object, policy: Policy):
    merged = three_way(Sides(shadow=shadow, theirs=theirs, ours=ours, settled=True), policy)  # type: ignore[arg-type]
    assert merged.verdict is not Verdict.TAKE


@given(shadow=values, value=values, policy=policies)
def test_sides_that_agree_are_left_alone(shadow: object, value: object, policy: Policy):
    merged = three_way(Sides(shadow=shadow, theirs=value, ours=value), policy)  # type: ignore[arg-type]
    assert (merged.verdict, merged.shadow) == (Verdict.AGREED, value)


@given(shadow=st.one_of(values, st.just(MISSING)), theirs=values, ours=values, policy=policies)
def test_a_merge_settles_in_one_step(shadow: object, theirs: object, ours: object, policy: Policy):
    """After a take, or a push that lands, the same read changes nothing."""
    merged = three_way(Sides(shadow=shadow, theirs=theirs, ours=ours), policy)  # type: ignore[arg-type]
    if merged.verdict is Verdict.TAKE:
        again = three_way(Sides(shadow=merged.shadow, theirs=theirs, ours=theirs), policy)  # type: ignore[arg-type]
    elif merged.verdict is Verdict.PUSH:
        landed = Sides(shadow=merged.shadow, sent=ours, theirs=ours, ours=ours)  # type: ignore[arg-type]
        again = three_way(landed, policy)
    else:
        return
    assert again.verdict is Verdict.AGREED


@given(shadow=values, theirs=values, ours=values, policy=policies)
def test_no_value_is_overwritten_that_the_other_side_did_not_see(
    shadow: object, theirs: object, ours: object, policy: Policy
):
    """Ours is replaced only if it is the shadow or the policy says so; likewise theirs."""
    merged = three_way(Sides(shadow=shadow, theirs=theirs, ours=ours), policy)  # type: ignore[arg-type]
    if merged.verdict is Verdict.TAKE:
        assert ours == shadow or policy is Policy.THEIRS
    if merged.verdict is Verdict.PUSH:
        assert theirs == shadow or policy is Policy.OURS


@given(st.one_of(values, st.just(MISSING)), st.one_of(values, st.just(MISSING)), values, values, st.data(), policies)
def test_what_is_held_stays_held_while_neither_side_moves(
    shadow: object, sent: object, theirs: object, ours: object, data: st.DataObject, policy: Policy
):
    doubts = {name: data.draw(st.booleans()) for name in ("landed", "perhaps_before", "stamp_moved")}
    merged = three_way(Sides(theirs, ours, shadow, sent, **doubts), policy)  # type: ignore[arg-type]
    if merged.verdict is Verdict.HOLD:
        stuck = merged.why if merged.why in STUCK else None
        again = three_way(Sides(theirs, ours, merged.shadow, stuck=stuck, stamp_moved=False), policy)  # type: ignore[arg-type]
        assert again.verdict is Verdict.HOLD
