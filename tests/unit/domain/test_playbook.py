"""The playbook of a segment: the next step by situation, changed line by line by the segment's own field."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.coverage import CoverageSegment
from plugin.domain.entities import CHANNELS
from plugin.domain.member import Member
from plugin.domain.milestone import Milestone
from plugin.domain.outcome import DesiredOutcome
from plugin.domain.playbook import NEVER, SITUATIONS, lines, playbook, prose
from plugin.domain.standing import standings

T0 = date(2026, 1, 1)
MODELS = ("inbound", "asynchronous", "synchronous", "task_force")
OWN = """Our pool answers within two days: be brief.

who: the chapter desk
off_course (video_1_many): invite to the open hour on {topic}
- stale: send a postcard about {topic}
"""


def next_step(segment: CoverageSegment) -> tuple[str, str | None]:
    late = Milestone("m", "functional", T0 + timedelta(days=30), name="First step")
    outcome = DesiredOutcome("o", T0, T0 + timedelta(days=300), milestones=(late,))
    member = Member("M", "Sample Member 001", (outcome,), joined_on=T0, segment=segment)
    found = standings([member], T0 + timedelta(days=90))[0].intervention
    assert found.flag == "off_course"
    return found.next_step, found.channel


@pytest.mark.parametrize("model", MODELS)
def test_every_segment_has_a_play_for_every_situation(model: str) -> None:
    book = playbook(model)
    assert set(book.plays) == set(SITUATIONS)
    assert {play.channel for play in book.plays.values()} <= set(CHANNELS)
    assert not any("{" in play.said("the goal", "why") for play in book.plays.values())


@pytest.mark.parametrize(
    ("model", "step", "channel"),
    [
        ("inbound", "The inbound team: send a resource on 'First step'.", "email"),
        ("asynchronous", "The MSM: write about 'First step'.", "async_1_1"),
        ("synchronous", "The MSM: meet about 'First step'.", "meeting_1_1"),
        ("task_force", "The task force: bring everyone together on 'First step'.", "meeting_1_1"),
    ],
)
def test_the_next_step_is_the_segments_own_way(model: str, step: str, channel: str) -> None:
    assert next_step(CoverageSegment("Sample segment", model)) == (step, channel)


def test_a_segment_of_the_associations_own_says_its_steps_in_its_playbook_field() -> None:
    step = next_step(CoverageSegment("Chapters", "own", OWN))
    assert step == ("The chapter desk: invite to the open hour on 'First step'.", "video_1_many")
    book = playbook("own", OWN)
    assert book.play("stale").said("the goal", "") == "send a postcard about the goal"
    assert book.play("no_goal") == playbook("asynchronous").play("no_goal")
    assert book.refused == ()


def test_otherwise_takes_every_situation_that_no_other_line_takes() -> None:
    book = playbook("synchronous", "stale: ring\notherwise (chat): ask about {topic}")
    assert (book.play("stale").step, book.play("off_course").step) == ("ring", "ask about {topic}")


@pytest.mark.parametrize(
    ("model", "line", "said"),
    [
        ("inbound", "off_course (meeting_1_1): meet about {topic}", "served on their own terms"),
        ("own", "off_coarse: write", "Use off_course"),
        ("own", "stale (telefax): write", "there is no channel 'telefax'"),
    ],
)
def test_a_line_that_cannot_be_used_is_told_and_the_shipped_play_stays(model: str, line: str, said: str) -> None:
    book = playbook(model, line)
    assert said in book.refused[0]
    assert book.plays == playbook(model).plays


@given(st.sampled_from(SITUATIONS), st.sampled_from((None, *CHANNELS)), st.text(max_size=40))
def test_an_inbound_member_is_never_called_to_a_meeting_whatever_the_field_says(
    situation: str, channel: str | None, text: str
) -> None:
    head = f"{situation} ({channel})" if channel else situation
    book = playbook("inbound", f"{text}\n{head}: do {text}\n{text}")
    assert not {play.channel for play in book.plays.values()} & set(NEVER["inbound"])


def test_plays_written_as_lines_are_read_back_and_prose_is_kept() -> None:
    own = {name: play for name, play in playbook("own", OWN).plays.items() if play.own}
    written = "\n".join(lines("the chapter desk", own))
    assert playbook("own", written) == playbook("own", OWN)
    assert prose(OWN) == ["Our pool answers within two days: be brief.", ""]
