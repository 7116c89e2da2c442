"""Clients that insist on salesforce.com: run as they are, in processes of their own; all they know is the proxy."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from connectors.salesforce.local_org import dml
from connectors.salesforce.local_org.server import LocalOrg
from tests.clients.kept import programs_of

MANY = 10_000
CHUNK = 1000
FIRST = date(2020, 2, 28)


@dataclass(frozen=True)
class ProxiedClient:
    """A program of a client, run in `folder`, which is its home as well."""

    program: Path
    folder: Path
    org: LocalOrg
    more: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """What came of a run, whether it went well or not."""
        certificate = str(self.org.certificate)
        settings = {
            "PATH": f"{self.program.parent}{os.pathsep}{os.environ['PATH']}", "HOME": str(self.folder),
            "HTTPS_PROXY": str(self.org.proxy_url), "REQUESTS_CA_BUNDLE": certificate, "SSL_CERT_FILE": certificate,
            "NO_COLOR": "1", "COLUMNS": "200", **self.more,
        }  # fmt: skip
        return subprocess.run(
            [str(self.program), *arguments],
            env=settings, cwd=self.folder, capture_output=True, text=True, check=False, timeout=150,
        )  # fmt: skip

    def __call__(self, *arguments: str) -> str:
        """What a run that goes well writes."""
        done = self.run(*arguments)
        assert done.returncode == 0, (done.stdout[-1500:], done.stderr[-1500:])
        return done.stdout

    def lines(self, *arguments: str) -> list[dict[str, Any]]:
        """The JSON messages that a run that goes well writes, one a line."""
        return [json.loads(line) for line in self(*arguments).splitlines() if line.startswith("{")]

    def write(self, name: str, content: Any) -> str:
        """Put JSON into a file of the client's folder; returns the file's name."""
        (self.folder / name).write_text(json.dumps(content))
        return name


def client(name: str, program: str, folder: Path, org: LocalOrg, **more: str) -> ProxiedClient:
    """A program of a client that is installed on first use."""
    return ProxiedClient(programs_of(name) / program, folder, org, more)


def sample_members() -> list[dict[str, Any]]:
    """Ten thousand accounts with values of every kind that goes wrong easily."""
    return [
        {
            "Name": f'Sample "Member" {n:05}, Øst',
            "Key__c": f"k{n:05}",
            "Fee__c": n / 4,
            "Tier__c": "Gold" if n % 3 else None,
            "Since__c": str(FIRST + timedelta(days=n % 900)),
            "Active__c": bool(n % 2),
            "Description": f"first line\nsecond, {n}" if n % 5 == 0 else None,
        }
        for n in range(MANY)
    ]


def load(org: LocalOrg, rows: list[dict[str, Any]]) -> None:
    """Put accounts into an org past its protocols."""
    with org.org.work() as work:
        for start in range(0, len(rows), CHUNK):
            results = dml.create(work, "Account", rows[start : start + CHUNK])
            assert all(result.success for result in results)


def told(record: dict[str, Any], like: dict[str, Any]) -> dict[str, Any]:
    """Of a record that a client wrote, the fields that were loaded; a moment that stands for a day as that day.

    What a client leaves out is null: Airbyte's messages do.
    """
    kept = {name: record.get(name) for name in like}
    kept["Since__c"] = str(kept["Since__c"])[:10]
    kept["Fee__c"] = float(kept["Fee__c"])
    return kept
