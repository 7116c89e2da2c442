"""The parts on which the demonstration is played: database, local org, settings, the service's processes."""

from __future__ import annotations

import fcntl
import os
import secrets
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from pydantic import SecretStr

from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.local_org.connected_app import KEY_FILE
from connectors.salesforce.local_org.org import OrgSettings
from connectors.salesforce.local_org.server import LocalOrg
from plugin import processes
from plugin.bootstrap import Services, open_services
from plugin.errors import UserError
from plugin.settings import Settings
from plugin.store import migrate
from plugin.store.embedded import EmbeddedPostgres

ORG_DATABASE = "local_org"
HOST = "127.0.0.1"
PATIENCE_SECONDS = 60.0


@dataclass
class Stage:
    """Everything that runs. `staff` is the org's API as a person on the staff uses it, `written` counts saved rows."""

    folder: Path
    org: LocalOrg
    staff: SalesforceClient
    services: Services
    closing: ExitStack
    written: int = 0

    @property
    def url(self) -> str:
        """Where the service is reached."""
        return f"http://{HOST}:{self.services.settings.port}"

    def count_writes(self) -> None:
        """Begin to count the rows that anybody saves in the org."""

        def add(_: object, changes: Any) -> None:
            self.written += len(changes)

        self.org.org.hooks.after_save.append(add)


@contextmanager
def stage(home: Path, port: int) -> Iterator[Stage]:
    """Open a fresh database, an empty org and the services; on leaving, stop and remove all of it.

    Raises UserError where another demonstration runs in the same home folder, or the port is taken.
    """
    folder = home.absolute() / "demo"
    with ExitStack() as closing:
        closing.enter_context(_alone(folder))
        port = _free(port)
        postgres = _fresh(folder / "database")
        closing.callback(postgres.remove)
        database = postgres.start()
        org_settings = OrgSettings(name="Sample Association", production=True, sandbox=False)
        org = LocalOrg(postgres.create_database(ORG_DATABASE), folder=folder, settings=org_settings)
        closing.enter_context(org)
        services = open_services(_settings(folder, org, database, port))
        closing.callback(services.close)
        migrate.upgrade(services.database)
        yield Stage(folder, org, SalesforceClient.with_token(org.url, org.admin_token()), services, closing)


def start_service(on: Stage) -> None:
    """Start the web service and the worker, and return when it says that it is ready."""
    log = on.closing.enter_context((on.folder / "service.log").open("wb"))
    environment = {name: value for name, value in os.environ.items() if not _ours(name)}
    running = processes.start(HOST, on.services.settings.port, environment | _exported(on), on.folder, log)
    on.closing.callback(running.stop)
    with requests.Session() as session:
        session.trust_env = False
        wait_until(lambda: running.ended() is not None or _ready(session, on.url), "The service did not become ready")
    if running.ended():
        raise UserError(f"{running.ended()} ended by itself. Read why in {on.folder / 'service.log'}.")


def wait_until(holds: Callable[[], bool], otherwise: str, seconds: float = PATIENCE_SECONDS) -> float:
    """Look often until something holds, and return the seconds that it took. Raises UserError saying `otherwise`."""
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > seconds:
            raise UserError(f"{otherwise} within {seconds:.0f} seconds.")
        time.sleep(0.05)
    return time.monotonic() - began


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UserError(
                f"A demo runs in {folder} already. End it with Ctrl-C, or set SUCCESS_VECTOR_HOME to another folder."
            ) from None
        yield


def _free(port: int) -> int:
    """Return the port if nobody has it; for 0, one that nobody has."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise UserError(f"Port {port} can't be used: {error.strerror}. Name another, or 0 for any.") from error
        free: int = probe.getsockname()[1]
        return free


def _fresh(folder: Path) -> EmbeddedPostgres:
    """Return an embedded server without data; a run that was killed may have left some."""
    postgres = EmbeddedPostgres(folder, durable=False)
    if (folder / "postgres").exists() or (folder / "data").exists():
        postgres.start()
        postgres.remove()
    return postgres


def _settings(folder: Path, org: LocalOrg, database: str, port: int) -> Settings:
    """Return settings that are what is given here and the defaults: neither your environment nor your .env counts."""
    return Settings.model_construct(
        database_url=SecretStr(database),
        home=folder,
        host=HOST,
        port=port,
        webhook_secrets=(SecretStr(secrets.token_hex(32)),),
        webhook_base_url=f"http://{HOST}:{port}",
        salesforce_url=org.url,
        salesforce_client_id=org.client_id,
        salesforce_username=org.username,
        salesforce_private_key_file=folder / KEY_FILE,
        salesforce_admin_token=SecretStr(org.admin_token()),
    )


def _exported(on: Stage) -> dict[str, str]:
    """Return the settings as the environment variables that the service reads."""
    settings = on.services.settings
    named = {
        "HOME": settings.home,
        "PORT": settings.port,
        "WEBHOOK_SECRETS": settings.webhook_secrets[0].get_secret_value(),
        "WEBHOOK_BASE_URL": settings.webhook_base_url,
        "SALESFORCE_URL": settings.salesforce_url,
        "SALESFORCE_CLIENT_ID": settings.salesforce_client_id,
        "SALESFORCE_USERNAME": settings.salesforce_username,
        "SALESFORCE_PRIVATE_KEY_FILE": settings.salesforce_private_key_file,
        "LOG_LEVEL": "warning",
    }
    exported = {f"SUCCESS_VECTOR_{name}": str(value) for name, value in named.items()}
    return exported | {"DATABASE_URL": on.services.conninfo}


def _ours(name: str) -> bool:
    return name == "DATABASE_URL" or name.startswith("SUCCESS_VECTOR_")


def _ready(session: requests.Session, url: str) -> bool:
    try:
        return session.get(f"{url}/readyz", timeout=2).status_code == 200
    except requests.RequestException:
        return False
