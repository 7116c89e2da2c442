"""`success-vector workbook`: members' plans and results as an Excel file, and what was edited in it back."""

from __future__ import annotations

import getpass
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from plugin.bootstrap import mappings_of, now
from plugin.cli.member import the_member
from plugin.cli.opened import as_of_day, opened_store
from plugin.cli.printed import print_json
from plugin.errors import UserError
from plugin.plans.marks import StoreMarks
from plugin.settings import Settings
from plugin.workbook.export import member_book
from plugin.workbook.importing import Imported, import_book
from plugin.workbook.opened import open_book
from plugin.workbook.portfolio import portfolio_book

SHOWN = 40
FILE = click.argument("file", metavar="FILE.xlsx", type=click.Path(path_type=Path))


@click.group()
def workbook() -> None:
    """Member Success as an Excel workbook: write one, edit it, bring it home."""


@workbook.command("export")
@FILE
@click.option("--member", "names", multiple=True, metavar="NAME", help="A sheet for this member; more than one goes.")
@click.option("--portfolio", is_flag=True, help="One row a member, with charts, instead.")
@click.option("--as-of", "as_of", metavar="DATE", help="The day to look at; default: today.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: the file, its day, and whose sheets it holds.")
def export_(file: Path, names: tuple[str, ...], portfolio: bool, as_of: str | None, as_json: bool) -> None:
    """Write FILE.xlsx: a sheet for each member that is named, or the portfolio's book."""
    if bool(names) == portfolio:
        raise click.UsageError("Name members with --member NAME, or ask for all of them with --portfolio.")
    if file.suffix.casefold() != ".xlsx":
        raise click.UsageError(f"{file} would not open: call it {file.with_suffix('.xlsx')}.")
    mappings, at = mappings_of(Settings.read()), now()
    with opened_store() as conn:
        day = as_of_day(conn, as_of)
        if portfolio:
            content = portfolio_book(conn, mappings.values(), day, at)
        else:
            members = [the_member(conn, name, day).id for name in names]
            content = member_book(conn, mappings.values(), members, day, at)
    _write(file, content)
    if as_json:
        print_json({"file": str(file), "as_of": day, "members": None if portfolio else list(names)})
    else:
        click.echo(f"{file} is written. Edit its white cells, then: success-vector workbook import {file}")


@workbook.command("import")
@FILE
@click.option("--preview", is_flag=True, help="Say what would be done, and change nothing.")
@click.option("--partial", is_flag=True, help="Import the rest where some cells can't be right; default: nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with every change.")
def import_(file: Path, preview: bool, partial: bool, as_json: bool) -> None:
    """Bring home what was edited in FILE.xlsx, which `workbook export` wrote.

    What changed here since the export waits for a person: `success-vector review` lists it.
    """
    mappings, at = mappings_of(Settings.read()), now()
    book = open_book(file)
    with opened_store() as conn:
        within = conn.begin_nested()
        marks = StoreMarks(mappings, now)
        done = import_book(conn, marks, mappings.values(), book, getpass.getuser(), at, partial=partial)
        if preview:
            within.rollback()
        else:
            within.commit()
    if as_json:
        print_json({"preview": preview, **_json(done)})
    else:
        _show(done, preview)


def _write(file: Path, content: bytes) -> None:
    """Write beside the file and put it in its place: an old one stays whole until the new one is."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        draft.write_bytes(content)
        draft.replace(file)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise UserError(f"{file} can't be written: {error}. Close it in Excel, or name another file.") from error


def _json(done: Imported) -> dict[str, Any]:
    return {
        "changed": [asdict(one) for one in done.changed],
        "created": [{"entity": entity, "record": record, "place": place} for entity, record, place in done.created],
        "held": [asdict(one) for one in done.held],
        "refused": [{"where": one.where, "what": one.what, "fix": one.fix} for one in done.refused],
        "removed": [{"entity": entity, "record": record} for entity, record in done.removed],
    }


def _show(done: Imported, preview: bool) -> None:
    lines = [f"{one.place}: {one.field} {one.before!r} becomes {one.after!r}" for one in done.changed]
    lines += [f"{place}: a new {entity.replace('_', ' ')}" for entity, _, place in done.created]
    lines += [
        f"{one.place}: {one.field} waits for a person: {one.before!r} here, {one.after!r} there" for one in done.held
    ]
    lines += [f"Refused: {one}" for one in done.refused]
    for line in lines[:SHOWN]:
        click.echo(line)
    if len(lines) > SHOWN:
        click.echo(f"{len(lines) - SHOWN} more: --json lists them all.")
    if done.removed:
        click.echo(
            f"{len(done.removed)} records that were exported are not in the file. They stay; delete them in the CRM."
        )
    counts = f"Changed: {len(done.changed)}. New: {len(done.created)}. Waiting for a person: {len(done.held)}."
    click.echo(f"{'Nothing was changed; this is what would be. ' if preview else ''}{counts}")
    if done.held and not preview:
        click.echo("See them with: success-vector review --system workbook")
