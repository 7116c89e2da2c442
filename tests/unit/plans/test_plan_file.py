"""What is wrong in a template's file is told all at once, with its place and its fix."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugin.errors import Problems, UserError
from plugin.plans.load import load

HEAD = 'name = "Plan"\npersona = "Anybody"\nobjective = "Get there"\ndays = 100\n'
STEP = '[[milestone]]\nname = "First step"\ntype = "strategic"\nday = 50\n'


def written(folder: Path, text: str) -> Path:
    file = folder / "plan.toml"
    file.write_text(text, encoding="utf-8")
    return file


def told(folder: Path, text: str) -> str:
    with pytest.raises(Problems) as caught:
        load(written(folder, text))
    return str(caught.value)


def test_the_smallest_file_is_a_plan(tmp_path: Path) -> None:
    plan = load(written(tmp_path, HEAD + STEP))
    assert (plan.key, plan.name, plan.days, len(plan.milestones)) == ("plan", "Plan", 100, 1)
    assert plan.milestones[0].inside_offering


def test_every_mistake_is_reported_at_once(tmp_path: Path) -> None:
    text = 'name = "Plan"\nobjektive = "x"\ndays = 0\n' + STEP.replace("strategic", "strategical")
    said = told(tmp_path, text)
    assert "5 mistakes" in said
    assert "persona: it is missing" in said
    assert "objective: it is missing" in said
    assert "objektive: there is no such key. Use objective." in said
    assert "days: 0 doesn't fit" in said
    assert "milestone 1 \"First step\": type: 'strategical' isn't known. Use strategic." in said


def test_a_phase_of_the_membership_is_no_milestone_type(tmp_path: Path) -> None:
    said = told(tmp_path, HEAD + STEP.replace("strategic", "renewal"))
    assert "'renewal' isn't known" in said
    assert "operational" in said


def test_an_action_for_no_milestone_and_a_day_beyond_the_time_frame_are_refused(tmp_path: Path) -> None:
    action = (
        '[[accountability]]\nname = "Ask"\nparty = "together"\nday = 101\nmilestone = "Frist step"\nconsequence = "x"\n'
    )
    said = told(tmp_path, HEAD + STEP + action)
    assert 'accountability 1 "Ask": day: day 101 lies beyond the time frame of 100 days. Use 100 or less' in said
    assert "there is no milestone 'Frist step'. Use First step." in said


def test_two_milestones_of_one_name_are_refused(tmp_path: Path) -> None:
    assert "2 milestones have this name" in told(tmp_path, HEAD + STEP + STEP)


def test_a_plan_without_milestones_is_refused(tmp_path: Path) -> None:
    assert "Add at least one [[milestone]]." in told(tmp_path, HEAD)


def test_a_name_that_is_no_template_names_those_there_are() -> None:
    with pytest.raises(UserError, match="Use member_company"):
        load("member_compani")


def test_text_that_is_no_toml_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="line 2"):
        load(written(tmp_path, 'name = "Plan"\npersona = nobody\n'))
