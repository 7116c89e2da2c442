"""`success-vector install`: our package into a Salesforce org, with a plan first."""

from __future__ import annotations

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.table import Table

from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.install import deploy, plan
from connectors.salesforce.install.run import Installed, Order, Prepared, endpoint, prepare
from connectors.salesforce.install.run import install as carry_out
from mappings.load import load
from plugin.errors import UserError
from plugin.settings import Settings

_ORDER = (plan.Change.CREATED, plan.Change.CHANGED, plan.Change.LEFT)


@click.command()
@click.option("--check-only", is_flag=True, help="Let Salesforce check everything and change nothing.")
@click.option("--yes", is_flag=True, help="Don't ask before installing.")
def install(check_only: bool, yes: bool) -> None:
    """Install the Salesforce package: plan, deploy, switch on the notify flows, assign the permission sets."""
    settings = Settings.read()
    order = order_from(settings)
    client = SalesforceClient.with_token(
        org_url(settings), admin_token(settings), version=settings.salesforce_api_version
    )
    console = Console()
    prepared = prepare(client, order)
    show_plan(console, prepared)
    if not (check_only or yes):
        click.confirm("Install this?", abort=True)
    with Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console) as bar:
        task = bar.add_task("Deploying", total=None)
        done = carry_out(client, prepared, check_only=check_only, progress=lambda each: _advance(bar, task, each))
    show_result(console, done, check_only)
    if done.left:
        raise UserError("Installed, but not complete: do the steps above, then run `success-vector check`.")


def order_from(settings: Settings) -> Order:
    """Return what the settings say to install. Raises UserError naming the setting that is missing."""
    secrets = settings.valid_webhook_secrets()
    if not settings.webhook_base_url or not secrets:
        raise UserError(
            "Salesforce has to know where to send notifications: set SUCCESS_VECTOR_WEBHOOK_BASE_URL (such as "
            "https://vector.example.org) and SUCCESS_VECTOR_WEBHOOK_SECRETS (from `openssl rand -hex 32`)."
        )
    if not settings.salesforce_username:
        raise UserError("Set SUCCESS_VECTOR_SALESFORCE_USERNAME to the integration user that the service runs as.")
    return Order(
        mapping=load(settings.salesforce_mapping or "salesforce", settings.salesforce_members.split(" and ")),
        endpoint=endpoint(settings.webhook_base_url, secrets[0].get_secret_value()),
        username=settings.salesforce_username,
    )


def org_url(settings: Settings) -> str:
    """Return the org's address. Raises UserError where the setting is missing."""
    if not settings.salesforce_url:
        raise UserError(
            "Set SUCCESS_VECTOR_SALESFORCE_URL to the org's My Domain address (https://....my.salesforce.com)."
        )
    return settings.salesforce_url


def admin_token(settings: Settings) -> str:
    """Return an administrator's access token, from the settings or asked for."""
    if settings.salesforce_admin_token:
        return settings.salesforce_admin_token.get_secret_value()
    shown = "Access token of an administrator (`sf org display --target-org NAME`; used once, never kept)"
    token: str = click.prompt(shown, hide_input=True)
    return token


def show_plan(console: Console, prepared: Prepared) -> None:
    """Print how many components of each type are created, changed and left, and every change by itself."""
    table = Table("Component", *(change.value.capitalize() for change in _ORDER), title=f"Org {prepared.org.org_id}")
    for kind in dict.fromkeys(step.type for step in prepared.plan):
        counts = [sum(step.type == kind and step.change is change for step in prepared.plan) for change in _ORDER]
        table.add_row(kind, *map(str, counts))
    console.print(table)
    for step in prepared.plan:
        if step.change is plan.Change.CHANGED:
            console.print(f"  {step.type} {step.name}: {step.why}", markup=False, highlight=False)
    console.print(f"Notifications go to the service as {prepared.username}.", markup=False, highlight=False)


def _advance(bar: Progress, task: TaskID, each: deploy.Progress) -> None:
    bar.update(task, description=each.status, completed=each.done, total=each.total or None)


def show_result(console: Console, done: Installed, check_only: bool) -> None:
    """Print what Salesforce did, and what is left for a person to do."""
    deployed = done.deployed
    counts = f"{len(deployed.created)} created, {len(deployed.changed)} changed, {len(deployed.unchanged)} as they were"
    console.print(f"{'Checked, nothing changed; it would be' if check_only else 'Installed'}: {counts}.", markup=False)
    for line in done.left:
        console.print(f"To do: {line}", markup=False, highlight=False)
