"""`success-vector personas`: what to ask members, what their answers say, and who is who."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from plugin.bootstrap import mappings_of, marks_of, now
from plugin.cli.member import the_member
from plugin.cli.opened import as_of_day, opened_store
from plugin.cli.printed import print_json
from plugin.domain.persona import Answers, Questionnaire, persona_of
from plugin.errors import UserError
from plugin.plans.answers import Answered, Known, known_personas, record_answers
from plugin.plans.questionnaire import SHIPPED, checked, load_questionnaire
from plugin.settings import Settings

SHOWN = 30
"""Members that the screen shows; `--json` has all of them."""
FILE = click.option(
    "--questions", "file", metavar="FILE.toml", type=click.Path(path_type=Path), default=SHIPPED,
    help="Your own questionnaire.",
)  # fmt: skip
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group("personas")
def personas_command() -> None:
    """Personas from members' answers: they decide plan and communication, never the score."""


@personas_command.command()
@FILE
@AS_JSON
def questions(file: Path, as_json: bool) -> None:
    """Show the questions with their options, and the personas there are."""
    loaded = load_questionnaire(file)
    if as_json:
        print_json(asdict(loaded))
        return
    console = Console()
    table = Table("Question", "Option", "Means")
    for question in loaded.questions:
        most = f" (up to {question.most})" if question.most > 1 else ""
        for number, option in enumerate(question.options):
            asked = f"{question.key}: {question.text}{most}" if number == 0 else ""
            table.add_row(asked, option.key, option.text)
        table.add_section()
    console.print(table)
    kinds = Table("Persona", "Who that is", "What we write about")
    for kind in loaded.personas:
        kinds.add_row(f"{kind.name} ({kind.key})", kind.description, ", ".join(kind.topics))
    console.print(kinds)


@personas_command.command()
@click.argument("answers", nargs=-1, required=True, metavar="QUESTION=OPTION...")
@click.option("--member", metavar="NAME", help="Whose answers they are, by name or id; they are kept.")
@click.option("--by", "who", metavar="NAME", default="command line", help="Who took the answers down.")
@FILE
@AS_JSON
def answer(answers: tuple[str, ...], member: str | None, who: str, file: Path, as_json: bool) -> None:
    """Say which persona answers make; with --member, keep them and write the persona to the member."""
    questionnaire = load_questionnaire(file)
    given = checked(questionnaire, _given(answers))
    if member is None:
        answered = Answered(persona_of(questionnaire, given))
    else:
        answered = _kept(questionnaire, given, member, who)
    if as_json:
        print_json({"member": member, **_json(answered)})
        return
    found = answered.persona
    click.echo(f"{found.kind.name if found.kind else 'No persona'}: {found.why}.")
    click.echo(f"Write about: {', '.join(found.topics) or 'nothing in particular'}.")
    if found.unanswered:
        click.echo(f"Not answered: {', '.join(found.unanswered)}.")
    if answered.kept:
        click.echo(f"A person decided on {answered.kept}: that stays. Empty the field to follow the answers.")


@personas_command.command("list")
@click.option("--as-of", "as_of", metavar="DATE", help="The day to look at; default: today.")
@AS_JSON
def list_(as_of: str | None, as_json: bool) -> None:
    """List members with their personas, and since when and why."""
    with opened_store() as conn:
        known = known_personas(conn, as_of_day(conn, as_of))
    if as_json:
        print_json([asdict(one) for one in known])
    else:
        _show(Console(), known)


def _kept(questionnaire: Questionnaire, given: Answers, member: str, who: str) -> Answered:
    marks = marks_of(mappings_of(Settings.read()))
    with opened_store() as conn:
        today = as_of_day(conn, None)
        whose = the_member(conn, member, today).id
        return record_answers(conn, marks, questionnaire, whose, given, today, who, now())


def _given(words: tuple[str, ...]) -> Answers:
    """Return the answers: `interests=law,career`, or the question several times."""
    given: dict[str, tuple[str, ...]] = {}
    for word in words:
        key, equals, options = word.partition("=")
        if not equals or not options:
            raise UserError(f"{word!r} is no answer. Write QUESTION=OPTION, like who=beginner or interests=law,career.")
        chosen = (*given.get(key.strip(), ()), *(one.strip() for one in options.split(",") if one.strip()))
        given[key.strip()] = tuple(dict.fromkeys(chosen))
    return given


def _json(answered: Answered) -> dict[str, Any]:
    found = answered.persona
    return {
        "persona": found.kind.key if found.kind else None,
        "why": found.why,
        "points": dict(found.points),
        "communication_segments": list(found.topics),
        "unanswered": list(found.unanswered),
        "kept_by_a_person": answered.kept,
    }


def _show(console: Console, known: list[Known]) -> None:
    counts = Counter(one.persona or "not known" for one in known)
    console.print(", ".join(f"{name}: {count}" for name, count in counts.most_common()) or "There are no members.")
    table = Table("Member", "Persona", "Answered", "Why", "Write about")
    told = [one for one in known if one.persona]
    for one in told[:SHOWN]:
        table.add_row(one.name, one.persona, str(one.answered_on or "-"), one.why or "-", one.topics or "-")
    if told:
        console.print(table)
    if len(told) > SHOWN:
        console.print(f"{len(told) - SHOWN} more: --json lists them all.", highlight=False)
