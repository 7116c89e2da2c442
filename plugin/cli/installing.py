"""What an admin reads of an installation: the plan before it, and what was done and what is left after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.table import Table

from connectors.salesforce.failures import Refused
from connectors.salesforce.install.org import NEEDED, not_allowed
from connectors.salesforce.install.plan import Change, Step
from connectors.salesforce.install.run import Installed, Prepared
from plugin.errors import LimitReached, RetryLater, UserError

_HEADINGS = {
    Change.CHANGED: "Changed:",
    Change.REMOVED: "Removed (no longer part of Success Vector, and changed by nobody):",
    Change.KEPT: "Yours, kept:",
}

CHECK_ONLY = click.option("--check-only", is_flag=True, help="Let Salesforce check everything and change nothing.")
TAKE = click.option(
    "--take",
    multiple=True,
    metavar="TYPE:NAME",
    help="Take ours of this component, whatever was made of it in the org.",
)

NOTHING_DONE = "Nothing was changed."
SOME_DONE = "What was done so far stays."


@contextmanager
def told(stands: str) -> Iterator[None]:
    """Tell what `stands` and what to do where Salesforce can't go on now, or lets this user not.

    Raises UserError; other errors pass as they are.
    """
    try:
        yield
    except KeyboardInterrupt:
        click.echo(f"Interrupted. {stands} Run the same command again: it completes what is missing.", err=True)
        raise
    except LimitReached as error:
        raise UserError(
            f"{error} {stands} Run the same command again when there are calls left: it completes what is missing."
        ) from error
    except RetryLater as error:
        raise UserError(f"{error} {stands} Run the same command again: it completes what is missing.") from error
    except Refused as error:
        if not not_allowed(error):
            raise
        said = f"{error.said.rstrip('.')} ({error.code})"
        raise UserError(f"The owner of this access token may not do that: {said}. {stands} {NEEDED}") from error


def show_plan(console: Console, prepared: Prepared) -> None:
    """Print from which version to which, how many components of each type become what, and each change by itself."""
    _say(console, _versions(prepared))
    table = Table("Component", *(change.value.capitalize() for change in Change), title=f"Org {prepared.org.org_id}")
    for kind in dict.fromkeys(step.type for step in prepared.plan):
        counts = [sum(step.type == kind and step.change is change for step in prepared.plan) for change in Change]
        table.add_row(kind, *(str(count) if count else "" for count in counts))
    console.print(table)
    for change, heading in _HEADINGS.items():
        _list(console, heading, (step for step in prepared.plan if step.change is change))
    if any(step.change is Change.KEPT for step in prepared.plan):
        _say(
            console,
            "  To have ours instead of one of these: --take and its name, as in --take ListView:Account.Some_View",
        )
    put_back = [step for step in prepared.plan if step.change is Change.CREATED and step.why]
    _list(console, "Created again:", put_back)
    _list(console, "Left:", (step for step in prepared.plan if step.change is Change.LEFT and step.why))
    _say(console, f"Salesforce notifies the service as {prepared.username}.")


def _versions(prepared: Prepared) -> str:
    if prepared.before is not None:
        if prepared.before.version == prepared.version:
            return f"This org has Success Vector {prepared.version} already; what differs is put right."
        return f"This org has Success Vector {prepared.before.version}; this brings {prepared.version}."
    if any(step.change is not Change.CREATED for step in prepared.plan):
        return (
            f"This org has parts of Success Vector, and no record of which version brought them. This brings "
            f"{prepared.version}; what differs and may be your own is kept and told."
        )
    return f"This org does not have Success Vector; this brings {prepared.version}."


def _list(console: Console, heading: str, steps: Iterable[Step]) -> None:
    lines = [f"  {step.type}:{step.name}" + (f"  {step.why}" if step.why else "") for step in steps]
    for line in [heading, *lines] if lines else ():
        _say(console, line)


def show_result(console: Console, prepared: Prepared, done: Installed, check_only: bool) -> None:
    """Print what Salesforce did, and what is left for a person to do."""
    if not prepared.archive.files:
        _say(console, f"Nothing to deploy: all of {prepared.version} is there.")
    else:
        deployed = done.deployed
        counts = f"{len(deployed.created)} created, {len(deployed.changed)} changed"
        _say(console, f"{'Checked, nothing changed; it would be' if check_only else 'Installed'}: {counts}.")
    for kind, name in done.removed:
        _say(console, f"Removed: {kind} {name}.")
    for line in done.left:
        _say(console, f"To do: {line}")


def _say(console: Console, line: str) -> None:
    console.print(line, markup=False, highlight=False, soft_wrap=True)
