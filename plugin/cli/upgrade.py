"""`success-vector upgrade`: an org that has our package, to this machine's version of it."""

from __future__ import annotations

import click

from connectors.salesforce.install import source
from connectors.salesforce.install.run import anything_of_ours
from plugin.cli.install import bring, settings_of, signed_in
from plugin.cli.installing import CHECK_ONLY, NOTHING_DONE, TAKE, told
from plugin.cli.systems import for_one
from plugin.errors import UserError


@click.command()
@for_one
@CHECK_ONLY
@click.option("--yes", is_flag=True, help="Don't ask before upgrading.")
@TAKE
def upgrade(only: str | None, check_only: bool, yes: bool, take: tuple[str, ...]) -> None:
    """Bring an org's package to this version; what its admins changed is kept and told."""
    settings = settings_of(only)
    client = signed_in(settings)
    with told(NOTHING_DONE):
        found = anything_of_ours(client, source.read())
    if not found:
        raise UserError(
            "This org does not have Success Vector, so there is nothing to upgrade. Run `success-vector install`."
        )
    bring(settings, client, check_only=check_only, yes=yes, take=take)
