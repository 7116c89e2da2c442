"""The expectation letter: from the member's own plan, ours told as ours, nothing asked before its time."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import Engine

from plugin.cli import commands
from plugin.domain.letter import Letter, expectation_letter
from plugin.domain.member_plan import MemberPlan, OwnAction, OwnStep
from plugin.errors import UserError
from plugin.plans.apply import apply
from plugin.plans.letter_html import html
from plugin.plans.letter_markdown import escaped, markdown
from plugin.plans.load import load, shipped
from tests.fakes.marks import Noted
from tests.fakes.store import save as save_at

AT = datetime(2026, 5, 4, 9, tzinfo=UTC)
save = partial(save_at, at=AT)
TODAY = AT.date()


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


PLAN = MemberPlan(
    member_id="0b1",
    member="Sample Member 001",
    name="Win larger customers",
    objective="Win the first large contract.",
    starts_on=TODAY,
    due_on=day(365),
    owner="Ann",
    confirmed_on=TODAY,
    conditions=("It is profitable.",),
    experience=("Answers within two days.",),
    steps=(
        OwnStep("Self-assessment", "functional", day(25)),
        OwnStep("Audit passed", "operational", day(80), offer="Benchmarking", ask="A sentence for the page"),
        OwnStep("First contract", "strategic", day(350), ask="A case study"),
    ),
    actions=(
        OwnAction(
            "Name a lead", "member_outside", day(10), "Self-assessment", agreed_on=TODAY, consequence="It slips."
        ),
        OwnAction("Send the audit pack", "us_behind_the_scenes", day(40), "Audit passed", agreed_on=TODAY),
        OwnAction("Go through the gaps", "together", day(45), "Audit passed"),
    ),
)


def found(letter: Letter) -> dict[tuple[str, str], list[str]]:
    """What stands in the letter, by section and group."""
    return {
        (section.heading, group.heading): [item.text for item in group.items]
        for section in letter.sections
        for group in section.groups
    }


def test_each_thing_stands_in_its_thirty_days_under_whose_it_is() -> None:
    told = found(expectation_letter(PLAN, TODAY))
    assert told["Your first 30 days: 4 May to 3 Jun", "What you reach"] == ["Self-assessment"]
    assert told["Your first 30 days: 4 May to 3 Jun", "What you do on your own"] == ["Name a lead"]
    assert told["Day 31 to 60: 4 Jun to 3 Jul", "What we do for you"] == ["Send the audit pack"]
    assert told["Day 31 to 60: 4 Jun to 3 Jul", "What we do together"] == ["Go through the gaps"]
    assert told["Day 61 to 90: 4 Jul to 2 Aug", "What you reach"] == ["Audit passed"]
    assert told["After day 90", "The steps that follow"] == ["First contract"]
    assert told["What we will ask for later", "What we will ask of you"] == ["A sentence for the page", "A case study"]
    assert told["What we will ask for later", "What we will tell you about"] == ["Benchmarking"]


def test_what_inaction_costs_and_what_is_only_proposed_is_said() -> None:
    said = markdown(expectation_letter(PLAN, TODAY))
    assert "Otherwise: it slips." in said
    assert "Proposed. For 'Audit passed'." in said
    assert "counts once we have agreed on it" in said


def test_what_we_owe_comes_first_and_is_told_as_ours() -> None:
    letter = expectation_letter(PLAN, day(100))
    late = letter.sections[1]
    assert late.heading == "Open from before"
    assert [group.heading for group in late.groups] == [
        "We owe you, and are sorry for the delay", "Agreed, and not done yet",
        "Proposed, and not agreed yet", "Steps whose day has passed",
    ]  # fmt: skip
    assert late.groups[0].items[0].note == "Owed since 13 Jun. For 'Audit passed'."
    assert letter.sections[2].heading.startswith("The next 30 days: 12 Aug")


def test_what_is_done_or_reached_is_told_no_more_and_its_ask_is_no_longer_ahead() -> None:
    steps = tuple(
        replace(one, achieved_on=day(70)) if one.ask == "A sentence for the page" else one for one in PLAN.steps
    )
    actions = tuple(replace(one, done_on=day(5)) for one in PLAN.actions)
    told = found(expectation_letter(replace(PLAN, steps=steps, actions=actions), day(90)))
    assert told["What we will ask for later", "What we will ask of you"] == ["A case study"]
    assert not any("What we do" in group or "Agreed" in group for _, group in told)


def test_an_assumed_goal_is_told_as_assumed() -> None:
    assumed = expectation_letter(replace(PLAN, confirmed_on=None), TODAY)
    assert any("We have assumed this goal" in text for text in assumed.opening)
    assert not any("assumed" in text for text in expectation_letter(PLAN, TODAY).opening)


def test_days_in_which_nothing_is_due_are_told_as_such() -> None:
    empty = expectation_letter(replace(PLAN, actions=(), steps=PLAN.steps[-1:]), TODAY)
    assert [section.text for section in empty.sections[1:4]] == [("Nothing is due in these days.",)] * 3


@pytest.mark.parametrize(
    ("owner", "sender"), [("Ann Example", "Ann Example"), ("005000000000001AAA", None), (None, None), ("Ann", "Ann")]
)
def test_a_letter_is_signed_by_a_name_and_never_by_a_key_of_the_crm(owner: str | None, sender: str | None) -> None:
    assert expectation_letter(replace(PLAN, owner=owner), TODAY).sender == sender


class Tags(HTMLParser):
    """The tags of a page, and whether each that was opened was closed."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


NASTY = st.text(max_size=30) | st.sampled_from(
    ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</style>", "&lt;b&gt;", "[x](javascript:alert(1))")
)


@given(NASTY, NASTY, NASTY)
def test_no_text_of_a_member_becomes_markup(name: str, goal: str, step: str) -> None:
    plan = replace(PLAN, member=name, name=goal, steps=(OwnStep(step, "strategic", day(20), ask=f"Ask {step}"),))
    letter = expectation_letter(plan, TODAY)
    tags, harmless = Tags(), Tags()
    tags.feed(html(letter))
    harmless.feed(
        html(
            expectation_letter(
                replace(plan, member="A", name="B", steps=(OwnStep("C", "strategic", day(20), ask="D"),)), TODAY
            )
        )
    )
    assert tags.seen == harmless.seen
    assert tags.open == []


@given(st.text(max_size=40))
def test_markdown_keeps_text_on_its_line_and_without_markup(text: str) -> None:
    said = escaped(text)
    assert "\n" not in said
    assert all(said[place - 1] == "\\" for place, sign in enumerate(said) if sign in "*_[]<>`#&")


@pytest.fixture
def runner(database_url: str) -> CliRunner:
    return CliRunner(env={"DATABASE_URL": database_url, "COLUMNS": "140"})


def run(runner: CliRunner, *words: str) -> str:
    return runner.invoke(commands, ["expectations", *words], catch_exceptions=False).output


def test_every_shipped_plan_makes_a_letter_for_a_member_through_the_store(
    engine: Engine, runner: CliRunner, tmp_path: Path
) -> None:
    with engine.begin() as conn:
        save(conn, "member", name="Sample Member without a plan")
        for number, name in enumerate(shipped()):
            member = save(conn, "member", name=f"Sample Member 00{number}", owner="Ann", joined_on=TODAY)
            apply(conn, Noted(), load(name), [member], TODAY, AT)
    options = ("--as-of", TODAY.isoformat())
    said = run(runner, "--all", "--into", str(tmp_path), "--as", "html", *options)
    assert said == f"{len(shipped())} letters written to {tmp_path}. 1 members have no plan, and got none.\n"
    assert len(list(tmp_path.glob("sample-member-00*.html"))) == len(shipped())
    one = json.loads(run(runner, "--member", "sample member 000", "--json", *options))
    (letter,) = one["letters"]
    assert (letter["member"], letter["sender"], letter["written_on"]) == ("Sample Member 000", "Ann", TODAY.isoformat())
    groups = {group["heading"] for section in letter["sections"] for group in section["groups"]}
    assert {"What we do for you", "What you do on your own", "What we will ask of you"} <= groups
    assert run(runner, "--member", "Sample Member 000", *options).startswith("# What to expect on the way to: ")


def test_a_member_that_is_not_there_or_has_no_plan_is_told(engine: Engine, runner: CliRunner) -> None:
    with engine.begin() as conn:
        for _ in range(2):
            save(conn, "member", name="Twin")
        save(conn, "member", name="Sample Member 001")
    with pytest.raises(UserError, match="Did you mean Sample Member 001"):
        run(runner, "--member", "Sampel Member 001")
    with pytest.raises(UserError, match="has no plan"):
        run(runner, "--member", "Sample Member 001")
    with pytest.raises(UserError, match="2 members are called 'twin'"):
        run(runner, "--member", "twin")
    with pytest.raises(UserError, match="--into FOLDER"):
        run(runner, "--all")
