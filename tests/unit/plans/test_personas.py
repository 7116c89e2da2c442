"""Personas from answers: explained, kept, deciding plan and communication, never the score."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import Engine

from plugin.cli import commands
from plugin.domain.fit import Candidate, fit
from plugin.domain.persona import CLEAR, persona_of
from plugin.domain.standing import standings
from plugin.errors import Problems, UserError
from plugin.plans.answers import known_personas, record_answers
from plugin.plans.apply import apply
from plugin.plans.load import load, load_all
from plugin.plans.questionnaire import load_questionnaire
from plugin.scoring import facts
from tests.fakes.marks import Noted
from tests.fakes.store import save as save_at

ASKED = load_questionnaire()
AT = datetime(2026, 5, 4, 9, tzinfo=UTC)
save = partial(save_at, at=AT)
TODAY = AT.date()
YOUNG = {"who": ("beginner",), "attracted": ("people",), "interests": ("career", "compare"), "benefits": ("mentor",)}
answers = st.fixed_dictionaries(
    {},
    optional={
        one.key: st.lists(
            st.sampled_from([option.key for option in one.options]), unique=True, min_size=1, max_size=one.most
        ).map(tuple)
        for one in ASKED.questions
    },
)


def test_the_persona_is_explained_by_the_answers_that_speak_for_it() -> None:
    found = persona_of(ASKED, YOUNG)
    assert found.kind is not None
    assert found.kind.key == "young_professional"
    assert found.why == (
        "Young professional with 10 points: 'A person in the first five years' (3), 'Somebody to learn from in person' "
        "(3), 'Career' (2), 'A mentor, or a small circle of peers' (2); next Partner in dialogue with 4"
    )
    assert found.topics == ("mentoring", "small circles", "careers", "benchmarks")
    assert found.unanswered == ("found",)


def test_few_answers_say_too_little() -> None:
    found = persona_of(ASKED, {"found": ("customer",)})
    assert (found.kind, found.topics) == (None, ())
    assert found.why == f"too little to say: the most points are 2, and {CLEAR} are needed"


@pytest.mark.parametrize("key", [kind.key for kind in ASKED.personas])
def test_every_persona_can_be_reached_and_has_a_plan(key: str) -> None:
    best = {
        question.key: (max(question.options, key=lambda one: one.points.get(key, 0)).key,)
        for question in ASKED.questions
    }
    found = persona_of(ASKED, best)
    assert found.kind is not None
    assert found.kind.key == key
    assert fit(load_all(), Candidate(key)).template is not None


@given(answers, st.randoms())
def test_the_order_of_answers_changes_nothing(given: Mapping[str, tuple[str, ...]], chance: Any) -> None:
    shuffled = list(given.items())
    chance.shuffle(shuffled)
    assert persona_of(ASKED, {key: options[::-1] for key, options in shuffled}) == persona_of(ASKED, given)


@given(answers)
def test_the_points_are_those_of_the_answers_and_the_most_decide(given: Mapping[str, tuple[str, ...]]) -> None:
    found = persona_of(ASKED, given)
    total = sum(
        points
        for question in ASKED.questions
        for option in question.options
        if option.key in given.get(question.key, ())
        for points in option.points.values()
    )
    assert sum(found.points.values()) == total
    if found.kind:
        assert found.points[found.kind.key] == max(found.points.values()) >= CLEAR


def test_answers_are_kept_and_the_persona_goes_to_the_member_and_out(engine: Engine) -> None:
    with engine.begin() as conn:
        member, marks = save(conn, "member", name="Sample Member 001"), Noted()
        record_answers(conn, marks, ASKED, member, YOUNG, TODAY, "Ann", AT)
        (known,) = known_personas(conn, TODAY)
        assert (known.persona, known.answered_on, known.answers) == (
            "young_professional", TODAY, {key: list(options) for key, options in YOUNG.items()},
        )  # fmt: skip
        assert known.topics == "mentoring; small circles; careers; benchmarks"
        assert (marks.pushes, marks.scores) == ({"member": {member}}, {})
        assert known_personas(conn, date(2026, 5, 3))[0].answers is None


def test_later_answers_replace_the_persona_and_a_persons_decision_is_never_replaced(engine: Engine) -> None:
    with engine.begin() as conn:
        member = save(conn, "member", name="Sample Member 001")
        record_answers(conn, Noted(), ASKED, member, YOUNG, TODAY, "Ann", AT)
        record_answers(conn, Noted(), ASKED, member, {"attracted": ("voice",)}, TODAY, "Ann", AT)
        assert known_personas(conn, TODAY)[0].persona == "leadership"
        save(conn, "member", member, persona="dialogue")
        answered = record_answers(conn, Noted(), ASKED, member, YOUNG, TODAY, "Ann", AT)
        assert answered.kept == "dialogue"
        assert known_personas(conn, TODAY)[0].persona == "dialogue"


def test_no_answer_changes_a_score_a_status_or_a_flag(engine: Engine) -> None:
    day = date(2026, 9, 1)
    with engine.begin() as conn:
        member = save(conn, "member", name="Sample Member 001", joined_on=TODAY)
        apply(conn, Noted(), load("member_company"), [member], TODAY, AT)
        before = standings(facts(conn, [member], day, "UTC"), day)
        for question in ASKED.questions:
            for option in question.options:
                record_answers(conn, Noted(), ASKED, member, {question.key: (option.key,)}, TODAY, "Ann", AT)
                assert standings(facts(conn, [member], day, "UTC"), day) == before


def test_a_questionnaire_with_mistakes_is_refused_with_all_of_them(tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_text(
        '[[persona]]\nkey = "quiet"\nname = "Quiet"\ndescription = "x"\n'
        '[[question]]\nkey = "dues_paid"\ntext = "What do you pay?"\n'
        '[[question.option]]\nkey = "much"\ntext = "Much"\npoints = { queit = 1 }\n'
        '[[question.option]]\nkey = "much"\ntext = "More"\n',
        encoding="utf-8",
    )
    with pytest.raises(Problems) as caught:
        load_questionnaire(file)
    said = str(caught.value)
    assert "what a member pays" in said
    assert "there is no persona 'queit'. Use quiet" in said
    assert "option much: it is there 2 times" in said


def test_the_commands_ask_answer_and_list(engine: Engine, database_url: str) -> None:
    runner = CliRunner(env={"DATABASE_URL": database_url, "COLUMNS": "160"})

    def run(*words: str) -> str:
        return runner.invoke(commands, ["personas", *words], catch_exceptions=False).output

    assert json.loads(run("questions", "--json"))["questions"][0]["key"] == "who"
    assert "What attracted you most?" in run("questions")
    said = ["who=beginner", "attracted=people", "interests=career,compare"]
    assert run("answer", *said).startswith("Young professional: Young professional with 8 points")
    with engine.begin() as conn:
        save(conn, "member", name="Sample Member 001")
    kept = json.loads(run("answer", *said, "--member", "Sample Member 001", "--json"))
    assert (kept["persona"], kept["unanswered"]) == ("young_professional", ["found", "benefits"])
    (listed,) = json.loads(run("list", "--json"))
    assert listed["persona"] == "young_professional"
    assert "young_professional: 1" in run("list")
    with pytest.raises(Problems, match="there is no option 'beginer'"):
        run("answer", "who=beginer")
    with pytest.raises(Problems, match="Choose 1 at most"):
        run("answer", "who=beginner,seller")
    with pytest.raises(UserError, match="is no answer"):
        run("answer", "beginner")
