"""The engagement mix: shares of what is known, and what stands out."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.engagement_mix import INBOUND, PROACTIVE, REACTIVE, Interaction, mix_by, relationship
from plugin.domain.entities import CHANNELS, ENGAGEMENT_DIRECTIONS

MET = Interaction("1", "Ann", "Synchronous", "synchronous", PROACTIVE, "meeting_1_1", True)


def test_shares_are_told_by_msm() -> None:
    rows = [MET, MET, replace(MET, direction=REACTIVE), replace(MET, direction=INBOUND, on_milestone=False)]
    ann, ben = mix_by([*rows, replace(MET, msm="Ben")], lambda one: one.msm)
    assert (ann.name, ann.engagements) == ("Ann", 4)
    assert [ann.share(one) for one in (PROACTIVE, REACTIVE, INBOUND)] == [
        Fraction(1, 2), Fraction(1, 4), Fraction(1, 4),
    ]  # fmt: skip
    assert ann.tied == Fraction(3, 4)
    assert (ben.name, ben.share(PROACTIVE)) == ("Ben", 1)


def test_channels_are_held_against_those_of_the_segment() -> None:
    inbound = replace(MET, model="inbound")
    own, unknown = replace(MET, model="own"), replace(MET, model="inbound", channel=None)
    (mix,) = mix_by([inbound, replace(inbound, channel="chat"), own, unknown], lambda one: one.segment)
    assert mix.covered == Fraction(1, 2)


def test_what_nobody_told_is_in_no_share() -> None:
    (mix,) = mix_by([replace(MET, direction=None, channel=None, model=None)], lambda one: one.msm)
    assert (mix.share(PROACTIVE), mix.covered, mix.remark) == (None, None, "")


def test_what_stands_out_is_said() -> None:
    answered = replace(MET, direction=INBOUND, on_milestone=False, model="asynchronous")
    (mix,) = mix_by([answered], lambda one: one.msm)
    assert mix.remark == (
        "mostly answers: get ahead of the members; few engagements are tied to a milestone; "
        "many on channels that the segment does not mean"
    )


@pytest.mark.parametrize(
    ("engagements", "context", "said"),
    [(3, 0, "engagement only"), (0, 2, "context only"), (1, 1, "both"), (0, 0, "neither")],
)
def test_a_relationship_is_engagement_and_context(engagements: int, context: int, said: str) -> None:
    assert relationship(engagements, context) == said


interactions = st.builds(
    Interaction, st.just("1"), st.sampled_from("AB"), st.sampled_from("ST"),
    st.sampled_from((None, "own", "inbound", "synchronous")), st.none() | st.sampled_from(ENGAGEMENT_DIRECTIONS),
    st.none() | st.sampled_from(CHANNELS), st.booleans(),
)  # fmt: skip


@given(st.lists(interactions))
def test_the_shares_of_the_directions_sum_to_one_and_nobody_is_lost(rows: list[Interaction]) -> None:
    mixes = mix_by(rows, lambda one: one.msm)
    assert sum(mix.engagements for mix in mixes) == len(rows)
    for mix in mixes:
        shares = [mix.share(direction) for direction in ENGAGEMENT_DIRECTIONS]
        assert None in shares or sum(share or 0 for share in shares) == 1
