"""`success-vector expectations`: the letter that tells a member what to expect in 30, 60 and 90 days."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from plugin.cli.opened import as_of_day, opened_store
from plugin.domain.letter import Letter, expectation_letter
from plugin.errors import UserError
from plugin.plans.find import current_members, the_member
from plugin.plans.in_hand import plans_in_hand
from plugin.plans.letter_html import html
from plugin.plans.letter_markdown import markdown

FORMS: dict[str, tuple[str, Callable[[Letter], str]]] = {"markdown": ("md", markdown), "html": ("html", html)}


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
        members: Collection[UUID] = [the_member(conn, member, day)] if member else current_members(conn, day)
        plans = plans_in_hand(conn, members, day)
    letters = [expectation_letter(plan, day) for key in members for plan in plans.get(key, ())]
    if member and not letters:
        raise UserError(f"{member} has no plan with a time frame. Apply one: `success-vector plans apply`.")
    files = _write(letters, folder, form) if folder is not None else []
    if as_json:
        click.echo(json.dumps(_json(letters, files, len(members)), indent=2, ensure_ascii=False, default=str))
    elif folder is not None:
        without = len(members) - len(plans)
        click.echo(f"{len(files)} letters written to {folder}. {without} members have no plan, and got none.")
    else:
        click.echo("\n".join(FORMS[form][1](letter) for letter in letters))


def _write(letters: Collection[Letter], folder: Path, form: str) -> list[Path]:
    """Write each letter to a file of its own, named by the member and its id, and return the files."""
    ending, render = FORMS[form]
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for letter in letters:
            name = f"{_slug(letter.member)}-{letter.member_id[:8]}"
            same = sum(path.stem.startswith(name) for path in written)
            file = folder / f"{name}{f'-{same + 1}' if same else ''}.{ending}"
            file.write_text(render(letter), encoding="utf-8")
            written.append(file)
    except OSError as error:
        raise UserError(f"{folder} can't be written: {error}. Name a folder that you may write to.") from error
    return written


def _slug(name: str) -> str:
    """Return a name as a file's: letters and digits of any script, nothing that leads out of the folder."""
    return re.sub(r"[\W_]+", "-", name.casefold()).strip("-")[:60] or "member"


def _json(letters: Collection[Letter], files: Collection[Path], members: int) -> dict[str, Any]:
    return {
        "members": members,
        "letters": [asdict(letter) for letter in letters],
        "files": [str(path) for path in files],
    }
