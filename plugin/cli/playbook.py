"""`success-vector playbook`: what the next step is in each situation, by coverage segment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from plugin.bootstrap import mappings_of, marks_of, now
from plugin.cli.opened import opened_store
from plugin.cli.printed import print_json
from plugin.domain.words import status_name
from plugin.errors import UserError
from plugin.plans.playbooks import SegmentBook, load_playbooks, proposed, segment_books, write_playbooks
from plugin.settings import Settings


@click.command("playbook")
@click.argument("file", metavar="[PLAYBOOKS.toml]", type=click.Path(path_type=Path), required=False)
@click.option("--apply", "apply_", is_flag=True, help="Write the file's plays into the segments' playbook fields.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def playbook_command(file: Path | None, apply_: bool, as_json: bool) -> None:
    """Show each segment's playbook; with PLAYBOOKS.toml, as it would be with the file's plays."""
    if apply_ and file is None:
        raise UserError(
            "--apply writes the plays of a file: name it, like `success-vector playbook ours.toml --apply`."
        )
    document = load_playbooks(file) if file else None
    marks = marks_of(mappings_of(Settings.read()))
    changed = None
    with opened_store() as conn:
        books = segment_books(conn)
        if document is not None:
            books = proposed(books, document)
            changed = len(write_playbooks(conn, marks, books, now())) if apply_ else None
    if as_json:
        answer = {"segments": [_json(one) for one in books], "changed": changed}
        print_json(answer)
    else:
        _show(Console(), books, changed)


def _json(one: SegmentBook) -> dict[str, Any]:
    book = one.book
    return {
        "segment": one.name,
        "model": one.model,
        "who": book.who,
        "plays": {
            name: {"step": play.step, "channel": play.channel, "own": play.own} for name, play in book.plays.items()
        },
        "refused": list(book.refused),
    }


def _show(console: Console, books: list[SegmentBook], changed: int | None) -> None:
    for one in books:
        book = one.book
        title = f"{one.name} ({status_name(one.model or 'no model')}): {book.who}"
        table = Table("When", "Next step", "Channel", "From", title=title)
        for name, play in book.plays.items():
            table.add_row(status_name(name), play.step, play.channel or "-", "the segment" if play.own else "shipped")
        console.print(table)
        for line in book.refused:
            console.print(f"Not used: {line}", style="yellow", markup=False, highlight=False)
    if not books:
        console.print("There is no coverage segment yet: add one in the CRM.")
    if changed is not None:
        console.print(f"{changed} segments changed; a worker scores their members anew and writes to the CRM.")
