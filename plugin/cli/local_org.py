"""`success-vector local-org`: the local Salesforce-compatible org by itself."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import Any

import click

from connectors.salesforce.local_org.connected_app import KEY_FILE
from connectors.salesforce.local_org.faulty.plan import FaultPlan, read_file, read_short
from connectors.salesforce.local_org.load import load
from connectors.salesforce.local_org.org import OrgSettings
from connectors.salesforce.local_org.sample import add_sample
from connectors.salesforce.local_org.server import LocalOrg
from plugin.errors import UserError
from plugin.settings import default_home
from plugin.store.embedded import EmbeddedPostgres

DATABASE = "local_org"


@click.command("local-org")
@click.option("--port", default=8080, show_default=True, help="Port on 127.0.0.1; 0 lets the system choose.")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Folder of the org's database and key.")
@click.option("--seed", type=click.IntRange(0), default=0, help="Accounts to make up, with contacts, in an empty org.")
@click.option("--https", is_flag=True, help="Speak https, with a certificate of its own.")
@click.option(
    "--proxy-port", type=int, help="Port of a proxy for clients that insist on salesforce.com names; 0: any free one."
)
@click.option("--production", is_flag=True, help="Behave as a production org: flows deploy inactive.")
@click.option("--person-accounts", is_flag=True, help="Give the org person accounts, for good.")
@click.option(
    "--duplicate-rules",
    type=click.Choice(["off", "alert", "block"]),
    default="off",
    show_default=True,
    help="Refuse records that look like others.",
)
@click.option(
    "--session-seconds", type=click.FloatRange(1), default=7200.0, show_default=True, help="How long a token is good."
)
@click.option("--load", "files", multiple=True, help="OBJECT=FILE.csv: records to put in; may be given again.")
@click.option("--faults", "fault_file", type=click.Path(path_type=Path), help="TOML file of faults, by rate and seed.")
@click.option("--fault", "fault", multiple=True, help="A fault, such as query:503:0.05; may be given again.")
@click.option("--fault-seed", type=int, help="Another seed of the faults' chance.")
def local_org(
    port: int,
    data: Path | None,
    seed: int,
    session_seconds: float,
    files: tuple[str, ...],
    fault_file: Path | None,
    fault: tuple[str, ...],
    fault_seed: int | None,
    **modes: Any,
) -> None:
    """Run a local org that speaks Salesforce's protocols, until Ctrl-C."""
    plan = _faults(fault_file, fault, fault_seed)
    folder = (data or default_home() / "local-org").absolute()
    with EmbeddedPostgres(folder) as postgres:
        settings = OrgSettings(sandbox=not modes["production"], **modes)
        database = postgres.create_database(DATABASE)
        with LocalOrg(database, port=port, folder=folder, settings=settings, session_seconds=session_seconds) as org:
            asked = _asked_to_end()
            org.faults.follow(plan)
            made = add_sample(org.org, seed)
            loaded = sum(_load(org, each) for each in files)
            _show(org, folder / KEY_FILE, made, loaded)
            asked.wait()


def _faults(file: Path | None, short: tuple[str, ...], seed: int | None) -> FaultPlan:
    """Return what is to go wrong: the file's rules, then those of the command line."""
    plan = read_file(file) if file else FaultPlan()
    rules = (*plan.rules, *map(read_short, short))
    return FaultPlan(seed=plan.seed if seed is None else seed, rules=rules)


def _load(org: LocalOrg, said: str) -> int:
    """Load a file into an object; returns how many records it has made."""
    name, _, file = said.partition("=")
    try:
        with Path(file).open(encoding="utf-8-sig", newline="") as lines:
            return load(org.org, name, lines)
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"--load {said}: the file can't be read: {error}. Say OBJECT=FILE.csv, in UTF-8.") from error


def _show(org: LocalOrg, key: Path, made: int, loaded: int) -> None:
    """Print what a client needs to sign in."""
    for name, value in (
        ("URL", org.url),
        ("Organization id", org.org_id),
        ("Client id", org.client_id),
        ("Client secret", org.client_secret),
        ("Integration user", org.username),
        ("Private key", str(key)),
        *([("Certificate", str(org.certificate))] if org.certificate else []),
        *([("Proxy", org.proxy_url), ("My Domain", f"https://{org.my_domain}")] if org.proxy_url else []),
        ("Administrator", org.admin_username),
        ("Admin access token", org.admin_token()),
        ("Refresh token", org.refresh_token()),
        ("Accounts made up", str(made)),
        ("Records loaded", str(loaded)),
        ("Fault panel", f"{org.url}/__local__/"),
    ):
        click.echo(f"{name:<20}{value}")
    click.echo("Ctrl-C ends it; the org stays in its folder.")


def _asked_to_end() -> threading.Event:
    """Return what is set when the process is asked to end."""
    asked = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: asked.set())
    return asked
