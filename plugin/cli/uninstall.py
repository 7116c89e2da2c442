"""`success-vector uninstall`: our automations and screens out of a Salesforce org; data stay."""

from __future__ import annotations

import click
from rich.console import Console

from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.install import source
from connectors.salesforce.install.uninstall import Removal, plan
from connectors.salesforce.install.uninstall import uninstall as carry_out
from mappings.load import load
from plugin.cli.install import admin_token, org_url
from plugin.settings import Settings


@click.command()
@click.option("--yes", is_flag=True, help="Don't ask before removing.")
def uninstall(yes: bool) -> None:
    """Remove the flows, outbound messages, app, pages and web components; objects, fields and records stay."""
    settings = Settings()
    mapping = load(settings.salesforce_mapping or "salesforce", settings.salesforce_members.split(" and "))
    client = SalesforceClient.with_token(
        org_url(settings), admin_token(settings), version=settings.salesforce_api_version
    )
    console = Console()
    removal = plan(client, mapping, source.read())
    show(console, removal)
    if not yes:
        click.confirm("Remove this?", abort=True)
    carry_out(client, removal)
    console.print("Removed. Polling finds changes from now on; stop the service if it should not.", markup=False)


def show(console: Console, removal: Removal) -> None:
    """Print what would be removed, by type, and what stays."""
    names = [("Flow", flow.name) for flow in removal.flows] + list(removal.components)
    for kind in dict.fromkeys(kind for kind, _ in names):
        console.print(f"Remove {kind}: {', '.join(name for each, name in names if each == kind)}", markup=False)
    console.print(f"Keep, with their records: {', '.join(removal.kept)}", markup=False)
    console.print("Keep as well: fields, list views, permission sets, switches, labels and tabs.", markup=False)
