"""`success-vector expectations`: the letter that tells a member what to expect in 30, 60 and 90 days."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from sqlalchemy.engine import Connection

from plugin.cli.member import the_member
from plugin.cli.opened import as_of_day, opened_store
from plugin.cli.printed import print_json
from plugin.domain.letter import Letter, expectation_letter
from plugin.errors import UserError
from plugin.plans.in_hand import plans_in_hand
from plugin.plans.letter_html import html
from plugin.plans.letter_markdown import markdown
from plugin.store.members import current_members

FORMS: dict[str, tuple[str, Callable[[Letter], str]]] = {"markdown": ("md", markdown), "html": ("html", html)}
AT_ONCE = 1000
"""Members whose plans are in memory at a time."""


@click.command("expectations")
@click.option("--member", metavar="NAME", help="The letter of one member, by name or id.")
@click.option("--all", "everybody", is_flag=True, help="A letter for every member with a plan, into --into.")
@click.option("--into", "folder", metavar="FOLDER", type=click.Path(path_type=Path), help="Write files there.")
@click.option("--as", "form", type=click.Choice(list(FORMS)), default="markdown", help="What to write.")
@click.option("--as-of", "as_of", metavar="DATE", help="The day of the letter; default: today.")
@click.option("--json", "as_json", is_flag=True, help="Print the letters' parts as JSON.")
def expectations_command(
    member: str | None, everybody: bool, folder: Path | None, form: str, as_of: str | None, as_json: bool
) -> None:
    """Write the 30, 60 and 90 day expectation letter of members, each from the member's own plan."""
    if bool(member) == everybody:
        raise UserError("Say whom the letter is for: --member NAME, or --all.")
    if everybody and folder is None and not as_json:
        raise UserError("Many letters need a folder: add --into FOLDER, or --json to print them.")
    with opened_store() as conn:
        day = as_of_day(conn, as_of)
        members: Collection[UUID] = [the_member(conn, member, day).id] if member else list(current_members(conn, day))
        letters = _letters(conn, members, day)
        if folder is not None and not as_json:
            _tell_written(_write(letters, folder, form), len(members), folder)
            return
        found = list(letters)
    if member and not found:
        raise UserError(f"{member} has no plan with a time frame. Apply one: `success-vector plans apply`.")
    if as_json:
        files = [path for path, _ in _write(found, folder, form)] if folder is not None else []
        print_json(_json(found, files, len(members)))
    else:
        click.echo("\n".join(FORMS[form][1](letter) for letter in found))


def _letters(conn: Connection, members: Collection[UUID], day: date) -> Iterator[Letter]:
    """Yield the letters of these members in their order, a thousand members at a time."""
    listed = list(members)
    for begin in range(0, len(listed), AT_ONCE):
        chunk = listed[begin : begin + AT_ONCE]
        plans = plans_in_hand(conn, chunk, day)
        yield from (expectation_letter(plan, day) for key in chunk for plan in plans.get(key, ()))


def _write(letters: Iterable[Letter], folder: Path, form: str) -> list[tuple[Path, str]]:
    """Write each letter to a file of its own, named by member and id; return the files with the members' ids."""
    ending, render = FORMS[form]
    written: list[tuple[Path, str]] = []
    count: Counter[str] = Counter()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for letter in letters:
            count[letter.member_id] += 1
            same = count[letter.member_id]
            name = f"{_slug(letter.member)}-{letter.member_id[:8]}{f'-{same}' if same > 1 else ''}.{ending}"
            (folder / name).write_text(render(letter), encoding="utf-8")
            written.append((folder / name, letter.member_id))
    except OSError as error:
        raise UserError(f"{folder} can't be written: {error}. Name a folder that you may write to.") from error
    return written


def _tell_written(written: Collection[tuple[Path, str]], members: int, folder: Path) -> None:
    without = members - len({member for _, member in written})
    click.echo(f"{len(written)} letters written to {folder}. {without} members have no plan, and got none.")


def _slug(name: str) -> str:
    """Return a name as a file's: letters and digits of any script, nothing that leads out of the folder."""
    return re.sub(r"[\W_]+", "-", name.casefold()).strip("-")[:60] or "member"


def _json(letters: Collection[Letter], files: Collection[Path], members: int) -> dict[str, Any]:
    return {
        "members": members,
        "letters": [asdict(letter) for letter in letters],
        "files": [str(path) for path in files],
    }
