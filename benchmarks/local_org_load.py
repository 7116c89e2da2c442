"""How long the local org takes to load members, by Bulk API 2.0 and directly, and to answer queries about them."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.table import Figures
from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.local_org.load import load
from connectors.salesforce.local_org.server import LocalOrg
from plugin.store.embedded import EmbeddedPostgres

SIZE = int(os.environ.get("MEMBERS", "100000"))
FILE_ROWS = 500_000
HEADER = "Name,Site,Phone,Type,AnnualRevenue\n"
PAGE = "SELECT Id, Name, SystemModstamp FROM Account{where} ORDER BY SystemModstamp, Id LIMIT 2000"
Row = tuple[str, ...]


def measure() -> Figures:
    """Return seconds, rows a second, this process's peak memory and the database's size; MEMBERS says how many."""
    with TemporaryDirectory() as folder:
        postgres = EmbeddedPostgres(Path(folder) / "database", durable=False)
        postgres.start()
        try:
            rows = tuple(row for way in (_by_bulk, _directly) for row in _measured(postgres, Path(folder), way))
        finally:
            postgres.remove()
    title = f"Local org with {SIZE:,} members"
    return Figures(title, ("What", "Seconds", "Rows a second", "Peak memory, MB", "Database, MB"), rows)


def _measured(postgres: EmbeddedPostgres, folder: Path, way: Callable[[LocalOrg], None]) -> Iterator[Row]:
    name = way.__name__.strip("_")
    with LocalOrg(postgres.create_database(name), folder=folder) as org:
        begun = time.monotonic()
        way(org)
        took = time.monotonic() - begun
        with org.org.pool.connection() as conn:
            size = conn.execute("SELECT pg_database_size(current_database()) / 1000000").fetchone()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000
        yield f"load {name}", f"{took:.1f}", f"{SIZE / took:,.0f}", str(peak), str(size[0] if size else "")
        yield from _asked(SalesforceClient.with_token(org.url, org.admin_token()), name)


def _asked(client: SalesforceClient, name: str) -> Iterator[Row]:
    """Ask by id, count, and read everything page by page."""

    def ask(soql: str) -> dict[str, object]:
        answer: dict[str, object] = client.json("GET", "queryAll", params={"q": soql})
        return answer

    begun = time.monotonic()
    counted = ask("SELECT COUNT() FROM Account")["totalSize"]
    yield f"{name}: COUNT()", f"{time.monotonic() - begun:.3f}", "", "", ""
    seen, where, slowest = 0, "", 0.0
    begun = time.monotonic()
    while True:
        at = time.monotonic()
        records = ask(PAGE.format(where=where))["records"]
        slowest = max(slowest, time.monotonic() - at)
        if not isinstance(records, list) or not records:
            break
        seen += len(records)
        last = records[-1]
        stamp = last["SystemModstamp"].replace("+0000", "Z")
        where = f" WHERE SystemModstamp > {stamp} OR (SystemModstamp = {stamp} AND Id > '{last['Id']}')"
        one = last["Id"]
    took = time.monotonic() - begun
    if not seen == counted == SIZE:
        raise RuntimeError(f"{SIZE} members were loaded, {counted} counted and {seen} read")
    yield f"{name}: all pages", f"{took:.1f}", f"{seen / took:,.0f}", "", ""
    yield f"{name}: slowest page", f"{slowest:.3f}", "", "", ""
    begun = time.monotonic()
    ask(f"SELECT Id, Name FROM Account WHERE Id = '{one}'")
    yield f"{name}: by id", f"{time.monotonic() - begun:.3f}", "", "", ""


def _lines(start: int, end: int) -> Iterator[str]:
    yield HEADER
    for number in range(start, end):
        yield f"Sample Member {number:07},Site {number % 50},555-{number % 10000:04},Customer,{number}\n"


def _by_bulk(org: LocalOrg) -> None:
    """Load as a client does: ingest jobs over HTTP, waited for."""
    client = SalesforceClient.with_token(org.url, org.admin_token())
    for start in range(0, SIZE, FILE_ROWS):
        job = client.json("POST", "jobs/ingest", json={"object": "Account", "operation": "insert"})["id"]
        content = "".join(_lines(start, min(start + FILE_ROWS, SIZE))).encode()
        client.json("PUT", f"jobs/ingest/{job}/batches", data=content, headers={"Content-Type": "text/csv"})
        client.json("PATCH", f"jobs/ingest/{job}", json={"state": "UploadComplete"})
        while (told := client.json("GET", f"jobs/ingest/{job}"))["state"] in ("UploadComplete", "InProgress"):
            time.sleep(0.5)
        if told["state"] != "JobComplete" or told["numberRecordsFailed"]:
            raise RuntimeError(f"The job ended as {told}")


def _directly(org: LocalOrg) -> None:
    """Load as `success-vector local-org --load` does."""
    load(org.org, "Account", _lines(0, SIZE))
