"""`success-vector uninstall`: our automations and screens out of a Salesforce org, and data only when asked."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console

from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.install import erase, source
from connectors.salesforce.install.export import Exported, export
from connectors.salesforce.install.uninstall import Removal, check, plan
from connectors.salesforce.install.uninstall import uninstall as carry_out
from mappings.load import load
from plugin.cli.install import settings_of, signed_in
from plugin.cli.installing import NOTHING_DONE, SOME_DONE, told
from plugin.cli.systems import for_one
from plugin.errors import UserError


@click.command()
@for_one
@click.option("--check-only", is_flag=True, help="Show what would be removed, let Salesforce check it, change nothing.")
@click.option("--yes", is_flag=True, help="Don't ask before removing.")
@click.option(
    "--export", "folder", type=click.Path(path_type=Path, file_okay=False), help="Write our data to CSV files here."
)
@click.option(
    "--delete-data", is_flag=True, help="Delete our objects and fields with their data, too; needs --export and --yes."
)
def uninstall(only: str | None, check_only: bool, yes: bool, folder: Path | None, delete_data: bool) -> None:
    """Remove the flows, outbound messages, app, pages and web components; objects, fields and records stay."""
    if delete_data and folder is None:
        raise UserError(
            "--delete-data deletes every goal, milestone and reading, so it needs a copy of them first: add "
            "`--export DIR` with a new folder. Nothing was changed."
        )
    if delete_data and not (yes or check_only):
        raise UserError("--delete-data asks no questions: add --yes once you are sure. Nothing was changed.")
    settings = settings_of(only)
    client, console, package = signed_in(settings), Console(), source.read().with_record_types()
    mapping = load(settings.salesforce_mapping or "salesforce", settings.salesforce_members.split(" and "))
    with told(NOTHING_DONE):
        removal = plan(client, mapping, package)
        names = erase.components(client, package) if delete_data else ()
    show(console, removal, names)
    if check_only:
        with told(NOTHING_DONE):
            check(client, removal)
        _say(console, "Checked, nothing changed.")
        return
    if not yes:
        click.confirm("Remove this?", abort=True)
    if folder is not None:
        with told(NOTHING_DONE):
            write_copy(client, console, package, folder)
    with told(SOME_DONE):
        carry_out(client, removal)
    if delete_data:
        delete(client, names, folder)
        _say(console, "Deleted. Salesforce keeps deleted objects and fields for 15 days: Setup, Object Manager.")
    else:
        _say(console, "Removed. Polling finds changes from now on; stop the service if it should not.")


def delete(client: SalesforceClient, names: tuple[tuple[str, str], ...], folder: Path | None) -> None:
    """Delete our objects and fields. Raises UserError, with all data still there, where Salesforce refuses."""
    try:
        with told(SOME_DONE):
            erase.erase(client, names)
    except UserError as error:
        raise UserError(
            f"The screens and automations are removed and the copy is in {folder}, but our objects and fields stay "
            f"with all their data: something in this org still uses them. {error}\nTake that apart, then run this "
            "again with another folder."
        ) from error


def write_copy(client: SalesforceClient, console: Console, package: source.Source, folder: Path) -> None:
    """Write the data to a folder, and tell how many records of each object are in it."""

    def told(one: Exported) -> None:
        _say(console, f"  {one.object}: {one.records} records, counted, in {one.file.name}")

    _say(console, f"Written to {folder}, which holds people's data; keep it safe:")
    export(client, package, folder, datetime.now(UTC), told)


def show(console: Console, removal: Removal, deleted: tuple[tuple[str, str], ...]) -> None:
    """Print what would be removed, by type, and what stays."""
    names = [("Flow", flow.name) for flow in removal.flows] + list(removal.components)
    _by_kind(console, "Remove", names)
    if not names:
        _say(console, "Nothing is left to remove.")
    if deleted:
        _by_kind(console, "Delete, with all data in it,", [one for one in deleted if one not in names])
        _say(console, "Keep: every Account, Contact, Opportunity, Task and Event, and all that is not ours.")
    else:
        _say(console, f"Keep, with their records: {', '.join(removal.kept)}")
        _say(
            console,
            "Keep as well: fields, list views, reports, dashboards, permission sets, switches, labels and tabs.",
        )


def _by_kind(console: Console, verb: str, names: list[tuple[str, str]]) -> None:
    for kind in dict.fromkeys(kind for kind, _ in names):
        _say(console, f"{verb} {kind}: {', '.join(name for each, name in names if each == kind)}")


def _say(console: Console, line: str) -> None:
    console.print(line, markup=False, highlight=False, soft_wrap=True)
