"""The External Client App, as far as `success-vector install` sees to it: made by us, or told step by step."""

from __future__ import annotations

from pathlib import Path

import click

from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.install import client_app
from plugin.errors import UserError
from plugin.settings import Settings


def certificate_of(path: Path | None) -> str:
    """Return the certificate in a file. Raises UserError where none is named, or it is none."""
    if path is None:
        raise UserError(
            "--create-eca needs the certificate of the service's key: add `--certificate success-vector.crt`. Nothing "
            "was changed."
        )
    return client_app.certificate_in(path.read_text(encoding="utf-8", errors="replace"), str(path))


def make_app(settings: Settings, client: SalesforceClient, certificate: str, shown: str) -> None:
    """Make the app and print its consumer key. Where Salesforce refuses, print the steps and raise UserError."""
    email = client.json("GET", "/services/oauth2/userinfo")["email"]
    there = client_app.consumer_key(client)
    try:
        key = client_app.create(client, client_app.Wanted(certificate, email)) if there is None else there
    except UserError as error:
        show_steps(settings, shown)
        raise UserError(
            f"The package is installed, but Salesforce would not make the app: {error} Do the steps above."
        ) from error
    if there is not None:
        click.echo(
            "This org has the External Client App Success Vector already, and it was left as it is. For another "
            "certificate: Setup, External Client App Manager, Success Vector, Settings, Flow Enablement, upload "
            f"{shown}."
        )
    else:
        click.echo("Made the External Client App Success Vector. It may need ten minutes until it answers.")
    if key:
        click.echo(settings.line("client_id", key))
    else:
        click.echo(
            "To do: Setup, External Client App Manager, Success Vector, Settings, OAuth Settings, Consumer Key and "
            f"Secret: copy the consumer key into {settings.named('client_id')}."
        )


def show_steps(settings: Settings, certificate: str) -> None:
    """Print how to make the app by hand, filled in for this org."""
    click.echo("The service signs in through an External Client App. `install --create-eca` makes it; by hand:")
    made = client_app.steps(str(settings.salesforce_url), str(settings.salesforce_username), certificate)
    for number, step in enumerate(made, 1):
        click.echo(f"  {number}. {step}")
