"""How many API calls a first sync costs, by the number of members, as the org itself counts them."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.table import Figures
from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.install.run import Order, endpoint, install, prepare
from connectors.salesforce.local_org.connected_app import KEY_FILE
from connectors.salesforce.local_org.server import LocalOrg
from mappings.load import load
from plugin.bootstrap import SALESFORCE, check_system, engine_of, open_services
from plugin.settings import Settings
from plugin.store import migrate
from plugin.store.embedded import EmbeddedPostgres
from plugin.sync.poll import first_sync

SIZES = (100, 1_000, 2_500)
SECRET = "benchmark" * 4


def measure() -> Figures:
    """Return the calls that count against the org's limit, reading and writing apart."""
    with TemporaryDirectory() as folder:
        postgres = EmbeddedPostgres(Path(folder) / "database", durable=False)
        postgres.start()
        try:
            rows = tuple(_row(postgres, Path(folder), size) for size in SIZES)
        finally:
            postgres.remove()
    return Figures("First sync", ("Members", "Calls to read", "Calls to write", "Calls a 1,000 members"), rows)


def _row(postgres: EmbeddedPostgres, folder: Path, size: int) -> tuple[str, ...]:
    with LocalOrg(postgres.create_database(f"org_{size}"), folder=folder) as org:
        _furnish(org, size)
        services = open_services(_settings(org, postgres.create_database(f"ours_{size}"), folder / KEY_FILE))
        try:
            migrate.upgrade(services.database)
            engine = engine_of(services, check_system(services).require())
            org.calls.reset()
            first_sync(engine, SALESFORCE, lambda _: None)
            reads = sum(org.calls.by_kind().values())
            engine.drain(SALESFORCE)
            writes = sum(org.calls.by_kind().values()) - reads
        finally:
            services.close()
    return f"{size:,}", str(reads), str(writes), f"{1000 * (reads + writes) / size:.1f}"


def _furnish(org: LocalOrg, size: int) -> None:
    """Install the package and create the members, as an association's staff would."""
    client = SalesforceClient.with_token(org.url, org.admin_token())
    order = Order(load("salesforce", ("Account",)), endpoint("http://127.0.0.1:9", SECRET), org.username)
    install(client, prepare(client, order))
    names = [f"Sample Member {number:05}" for number in range(size)]
    for start in range(0, size, 200):
        rows = [
            {"attributes": {"type": "Account"}, "Name": name, "Is_Member__c": True}
            for name in names[start : start + 200]
        ]
        client.json("POST", "composite/sobjects", json={"allOrNone": True, "records": rows})


def _settings(org: LocalOrg, database: str, key: Path) -> Settings:
    return Settings(
        _env_file=None,
        DATABASE_URL=database,
        salesforce_url=org.url,
        salesforce_client_id=org.client_id,
        salesforce_username=org.username,
        salesforce_private_key_file=key,
        webhook_secrets=SECRET,
    )
