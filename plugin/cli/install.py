"""`success-vector install`: our package into a Salesforce org, with a plan first."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.install import deploy
from connectors.salesforce.install.org import my_domain
from connectors.salesforce.install.run import Order, endpoint, prepare
from connectors.salesforce.install.run import install as carry_out
from mappings.load import load
from plugin.bootstrap import systems_of
from plugin.cli.client_app import certificate_of, make_app, show_steps
from plugin.cli.installing import CHECK_ONLY, NOTHING_DONE, SOME_DONE, TAKE, show_plan, show_result, told
from plugin.cli.systems import for_one, the_one
from plugin.errors import UserError
from plugin.settings import Settings


@click.command()
@for_one
@CHECK_ONLY
@click.option("--yes", is_flag=True, help="Don't ask before installing.")
@TAKE
@click.option("--create-eca", is_flag=True, help="Make the External Client App that the service signs in through.")
@click.option(
    "--certificate",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="For --create-eca: its certificate.",
)
def install(
    only: str | None, check_only: bool, yes: bool, take: tuple[str, ...], create_eca: bool, certificate: Path | None
) -> None:
    """Install the Salesforce package: plan, deploy, switch on the flows, assign the permission sets.

    An org that has an older version is upgraded.
    """
    settings = settings_of(only)
    pem = certificate_of(certificate) if create_eca else ""
    client = signed_in(settings)
    bring(settings, client, check_only=check_only, yes=yes, take=take)
    if create_eca and not check_only:
        make_app(settings, client, pem, str(certificate))
    elif not settings.salesforce_client_id:
        show_steps(settings, str(certificate or "success-vector.crt"))


def bring(settings: Settings, client: SalesforceClient, *, check_only: bool, yes: bool, take: tuple[str, ...]) -> None:
    """Bring the org to this version, with a plan first. Raises UserError where steps are left for a person."""
    console = Console()
    order = order_from(settings, take)
    with told(NOTHING_DONE):
        prepared = prepare(client, order)
    show_plan(console, prepared)
    if not (check_only or yes):
        click.confirm("Do this?", abort=True)
    with Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console) as bar:
        task = bar.add_task("Deploying", total=None)
        with told(NOTHING_DONE if check_only else SOME_DONE):
            done = carry_out(client, prepared, check_only=check_only, progress=lambda each: _advance(bar, task, each))
        bar.update(task, visible=False)
    show_result(console, prepared, done, check_only)
    if done.left:
        raise UserError("Installed, but not complete: do the steps above, then run `success-vector check`.")


def settings_of(only: str | None) -> Settings:
    """Return the settings of the org that is meant. Raises UserError where several may be."""
    return the_one(systems_of(Settings.read()), only).settings


def signed_in(settings: Settings) -> SalesforceClient:
    """Return a client that works as an administrator, whose token is asked for where the settings have none."""
    return SalesforceClient.with_token(
        org_url(settings), admin_token(settings), version=settings.salesforce_api_version
    )


def order_from(settings: Settings, take: tuple[str, ...] = ()) -> Order:
    """Return what the settings say to install. Raises UserError naming the setting that is missing."""
    secrets = settings.valid_webhook_secrets()
    if not settings.webhook_base_url or not secrets:
        raise UserError(
            "Salesforce has to know where to send notifications: set SUCCESS_VECTOR_WEBHOOK_BASE_URL (such as "
            "https://vector.example.org) and SUCCESS_VECTOR_WEBHOOK_SECRETS (from `openssl rand -hex 32`)."
        )
    if not settings.salesforce_username:
        raise UserError(f"Set {settings.named('username')} to the integration user that the service runs as.")
    unclear = [name for name in take if not all(part.strip() for part in name.partition(":"))]
    if unclear:
        raise UserError(
            f"--take {unclear[0]}: write TYPE:NAME as the plan shows it, such as ListView:Account.My_Members."
        )
    return Order(
        mapping=load(settings.salesforce_mapping or "salesforce", settings.salesforce_members.split(" and ")),
        endpoint=endpoint(settings.webhook_base_url, secrets[0].get_secret_value()),
        username=settings.salesforce_username,
        take=take,
    )


def org_url(settings: Settings) -> str:
    """Return the org's address. Raises UserError where the setting is missing, or is another page's address."""
    if not settings.salesforce_url:
        raise UserError(f"Set {settings.named('url')} to the org's My Domain address (https://....my.salesforce.com).")
    nearest = my_domain(settings.salesforce_url)
    if nearest != settings.salesforce_url.rstrip("/"):
        raise UserError(
            f"{settings.named('url')} is {settings.salesforce_url}, which is not where the org's API answers. "
            f"Set it to {nearest} (Setup, My Domain). Nothing was changed."
        )
    return settings.salesforce_url


def admin_token(settings: Settings) -> str:
    """Return an administrator's access token, from the settings or asked for."""
    if settings.salesforce_admin_token:
        return settings.salesforce_admin_token.get_secret_value()
    shown = "Access token of an administrator (`sf org display --target-org NAME`; used once, never kept)"
    token: str = click.prompt(shown, hide_input=True)
    return token


def _advance(bar: Progress, task: TaskID, each: deploy.Progress) -> None:
    bar.update(task, description=each.status, completed=each.done, total=each.total or None)
