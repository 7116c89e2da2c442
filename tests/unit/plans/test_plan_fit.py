"""Which template fits a member: by persona, kind and segment, with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugin.domain.fit import Candidate, fit
from plugin.domain.plan import PlannedMilestone, PlanTemplate
from plugin.errors import UserError
from plugin.plans.load import load, load_all, shipped

SHIPPED = load_all()


def template(key: str, **rest: tuple[str, ...]) -> PlanTemplate:
    return PlanTemplate(key, key, "Anybody", "Get there", 100, (PlannedMilestone("Step", "strategic", 50),), **rest)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", list(shipped()))
def test_every_shipped_template_is_found_by_its_own_persona(name: str) -> None:
    plan = load(name)
    for persona in plan.personas:
        found = fit(SHIPPED, Candidate(persona, plan.kinds[0], "Synchronous", plan.segments[0]))
        assert found.template == plan
        assert persona.replace("_", " ") in found.why


@pytest.mark.parametrize(
    ("kind", "key"), [("organisation", "member_company"), ("person", "events_and_credits"), (None, None)]
)
def test_without_a_persona_the_kind_decides_what_is_assumed(kind: str | None, key: str | None) -> None:
    found = fit(SHIPPED, Candidate(kind=kind))
    assert (found.template.key if found.template else None) == key
    assert "nobody knows the persona" in found.why or "not known" in found.why


def test_a_template_that_names_the_segment_comes_before_one_for_all() -> None:
    everywhere, inbound = template("all", personas=("quiet",)), template("in", personas=("quiet",), segments=("Pool",))
    assert fit((everywhere, inbound), Candidate("quiet", segment="pool", model="inbound")).template == inbound
    assert fit((everywhere, inbound), Candidate("quiet", segment="Desk", model="inbound")).template == everywhere


def test_a_template_for_other_segments_does_not_fit_and_it_is_said() -> None:
    only = template("in", personas=("quiet",), segments=("inbound",))
    found = fit((only,), Candidate("quiet", segment="Desk", model="synchronous"))
    assert (found.template, found.why) == (
        None,
        "no template fits: the persona is 'quiet', and none is for the segment 'Desk'",
    )
    assert fit((only,), Candidate("quiet", segment="Chapter", model="own")).template == only


def test_a_template_without_personas_takes_those_that_no_other_takes() -> None:
    anybody, quiet = template("anybody"), template("quiet", personas=("quiet",))
    assert fit((anybody, quiet), Candidate("quiet")).template == quiet
    assert fit((anybody, quiet), Candidate("loud")).template == anybody


def test_a_folder_of_own_templates_adds_and_replaces(tmp_path: Path) -> None:
    text = 'name = "Ours"\npersona = "Anybody"\nobjective = "Get there"\ndays = 100\n'
    step = '[[milestone]]\nname = "First step"\ntype = "strategic"\nday = 50\n'
    for name in ("supplier", "chapter"):
        (tmp_path / f"{name}.toml").write_text(text + step, encoding="utf-8")
    assert {one.key for one in load_all(tmp_path)} == {*shipped(), "chapter"}
    assert load("supplier", tmp_path).name == "Ours"
    with pytest.raises(UserError, match="There is no folder"):
        load_all(tmp_path / "nowhere")
