"""`success-vector plans`, as somebody types it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner
from sqlalchemy.engine import Engine

from plugin.cli.plans import plans
from plugin.errors import Problems, UserError
from plugin.plans.apply import apply
from plugin.plans.load import load, shipped
from plugin.store import records
from plugin.store.records import Origin
from tests.fakes.marks import Noted

NOW = datetime.now(UTC)


def test_every_shipped_template_is_listed() -> None:
    done = CliRunner().invoke(plans, ["list"], env={"COLUMNS": "200"})
    assert done.exit_code == 0
    assert all(name in done.output for name in shipped())


def test_a_folder_of_own_templates_is_listed_too(tmp_path: Path) -> None:
    text = 'name = "Ours"\npersona = "Anybody"\nobjective = "Get there"\ndays = 400\n'
    step = '[[milestone]]\nname = "First step"\ntype = "strategic"\nday = 50\n'
    (tmp_path / "chapter.toml").write_text(text + step, encoding="utf-8")
    environment = {"SUCCESS_VECTOR_PLANS": str(tmp_path)}
    listed = json.loads(CliRunner().invoke(plans, ["list", "--json"], env=environment).output)
    assert {one["template"] for one in listed} == {*shipped(), "chapter"}
    shown = CliRunner().invoke(
        plans, ["show", "chapter", "--from", "2026-01-01"], env={**environment, "COLUMNS": "160"}
    )
    assert "Warning: Nothing is due for 350 days, from 20 Feb 2026 to 05 Feb 2027" in shown.output


def test_a_template_is_shown_day_by_day() -> None:
    done = CliRunner().invoke(plans, ["show", "supplier", "--from", "2026-01-01", "--json"])
    shown = json.loads(done.output)
    assert shown["steps"][0] == {
        "due_on": "2026-01-15", "name": "Say which member companies are a fit, and why",
        "by": "the member, on their own",
    }  # fmt: skip
    assert (shown["due_on"], shown["warnings"], shown["personas"]) == ("2026-10-28", [], ["supplier"])


@pytest.mark.parametrize("options", [[], ["--member", "Somebody", "--all-without"]])
def test_whom_a_plan_is_for_is_said_in_one_way(options: list[str]) -> None:
    done = CliRunner().invoke(plans, ["apply", "supplier", *options])
    assert isinstance(done.exception, UserError)
    assert "--member NAME, or --all-without" in str(done.exception)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--all-without"], "name a TEMPLATE, or --fitting"),
        (["supplier", "--fitting", "--all-without"], "name a TEMPLATE, or --fitting"),
        (["supplier", "--all-without", "--baseline", "x"], "give it with --member NAME"),
    ],
)
def test_which_plan_is_said_in_one_way(options: list[str], said: str) -> None:
    done = CliRunner().invoke(plans, ["apply", *options])
    assert isinstance(done.exception, UserError)
    assert said in str(done.exception)


def test_an_unknown_template_is_refused_before_anything_is_opened() -> None:
    done = CliRunner().invoke(plans, ["apply", "supplyer", "--all-without"])
    assert isinstance(done.exception, UserError)
    assert "Use supplier" in str(done.exception)


def save(engine: Engine, entity: str, record_id: UUID | None = None, **values: Any) -> UUID:
    with engine.begin() as conn:
        return records.save(conn, entity, record_id, values, Origin("Ann", "crm", NOW, NOW))


def run(database_url: str, *words: str) -> Any:
    runner = CliRunner(env={"DATABASE_URL": database_url, "COLUMNS": "200"})
    return json.loads(runner.invoke(plans, [*words, "--json"], catch_exceptions=False).output)


def test_what_fits_each_member_is_told_with_its_reason(engine: Engine, database_url: str) -> None:
    save(engine, "member", name="A", kind="person", persona="leadership")
    save(engine, "member", name="B")
    told = run(database_url, "fit")
    assert [(one["name"], one["template"]) for one in told] == [("A", "leadership"), ("B", None)]
    assert told[0]["why"] == "the persona is 'leadership'"


def test_a_destination_is_changed_from_the_command_line(engine: Engine, database_url: str) -> None:
    member = save(engine, "member", name="Sample Member 001", joined_on=NOW.date())
    with engine.begin() as conn:
        apply(conn, Noted(), load("member_company"), [member], NOW.date() - timedelta(days=100), NOW)
    words = ("change", "supplier", "--member", "sample member 001", "--reason", "sells to members now")
    with pytest.raises(Problems, match="Entry in the buyers' guide"):
        run(database_url, *words, "--carry", "Entry in the buyer guide=1")
    with pytest.raises(UserError, match="that is no credit"):
        run(database_url, *words, "--carry", "Entry")
    changed = run(database_url, *words, "--confirmed-by", "the owner", "--carry", "Entry in the buyers' guide=1")
    assert (changed["template"], changed["returned"]) == ("supplier", False)
    assert changed["unknown_offers"] == ["Webinar slot", "Exhibition stand", "Second sales region"]


def test_what_the_templates_teach_is_told_and_too_few_is_said(engine: Engine, database_url: str) -> None:
    assert run(database_url, "learn") == []
    member = save(engine, "member", name="Sample Member 001", joined_on=NOW.date())
    with engine.begin() as conn:
        apply(conn, Noted(), load("supplier"), [member], NOW.date() - timedelta(days=100), NOW)
    told = run(database_url, "learn")
    assert [one["planned"] for one in told] == [21, 75, 130, 200, 290]
    assert {one["verdict"] for one in told} == {"too_few"}
    assert told[0]["why"] == "too few to say: 0 of 1 reached, 20 are needed"
