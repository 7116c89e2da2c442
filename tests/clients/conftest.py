"""The clients that we didn't write, and an org for them: Node programs run in processes of their own, as they are."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from connectors.salesforce.local_org.org import OrgSettings
from connectors.salesforce.local_org.server import LocalOrg
from plugin.store.embedded import EmbeddedPostgres
from tests.clients.kept import kept, run_or_fail
from tests.clients.proxied import load, sample_members
from tests.unit.local_org.conftest import Client, key_folder, org_template

__all__ = ["key_folder", "org_template"]
HERE = Path(__file__).parent
OLDEST_NODE = 20


def version_of_node() -> int:
    """The major version of the Node that is installed; 0 where there is none."""
    node = shutil.which("node")
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout if node else ""
    found = re.match(r"v(\d+)", said)
    return int(found[1]) if found else 0


@pytest.fixture(scope="session")
def npm_folder() -> Path:
    """The folder where npm has put what package-lock.json names: outside the repo, and kept for the next time."""
    if version_of_node() < OLDEST_NODE or not shutil.which("npm"):
        pytest.skip(f"Node {OLDEST_NODE} or newer and npm are needed; `make test` puts them on Debian")
    return kept("clients", HERE / "package-lock.json", install)


def install(folder: Path) -> None:
    """Have npm put the locked packages there; fail with its words where it can't."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder)
    run_or_fail(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], "npm could not install the clients", folder
    )


@pytest.fixture(scope="session")
def org(postgres: EmbeddedPostgres, org_template: str, key_folder: Path) -> Iterator[LocalOrg]:
    """A running org with the few custom fields of the local org's own tests; all tests of a worker share it."""
    with served(postgres, org_template, key_folder) as org:
        yield org


@pytest.fixture(scope="session")
def secure_org(postgres: EmbeddedPostgres, org_template: str, key_folder: Path) -> Iterator[LocalOrg]:
    """The same over https."""
    with served(postgres, org_template, key_folder, https=True) as org:
        yield org


@pytest.fixture(scope="session")
def proxied_org(postgres: EmbeddedPostgres, org_template: str, key_folder: Path) -> Iterator[LocalOrg]:
    """The same behind the proxy for Salesforce's own names, with ten thousand accounts. Tests only read it."""
    with served(postgres, org_template, key_folder, proxy_port=0) as org:
        load(org, sample_members())
        yield org


def served(postgres: EmbeddedPostgres, template: str, folder: Path, **settings: Any) -> LocalOrg:
    url = postgres.create_database(f"client_{uuid4().hex}", template=template)
    return LocalOrg(url, folder=folder, settings=OrgSettings(**settings))


@pytest.fixture(scope="session")
def admin(org: LocalOrg) -> Client:
    """Looks into the org past the client that is tried."""
    return Client(org, org.admin_token())


@dataclass(frozen=True)
class SalesforceCli:
    """The Salesforce CLI; `home` is its own, `folder` where it runs."""

    npm: Path
    home: Path
    folder: Path
    org: LocalOrg

    def run(self, *arguments: str, **environment: str) -> dict[str, Any]:
        """Its JSON answer to a command, whether it went well or not."""
        program = self.npm / "node_modules" / "@salesforce" / "cli" / "bin" / "run.js"
        settings = {
            "PATH": os.environ["PATH"], "HOME": str(self.home), "SF_DATA_DIR": str(self.home),
            "SF_DISABLE_TELEMETRY": "true", "SF_SKIP_NEW_VERSION_CHECK": "true", "SF_AUTOUPDATE_DISABLE": "true",
            "SF_DISABLE_LOG_FILE": "true", "SF_USE_GENERIC_UNIX_KEYCHAIN": "true", "NO_COLOR": "1", **environment,
        }  # fmt: skip
        done = subprocess.run(
            ["node", str(program), *arguments, "--json"],
            env=settings, cwd=self.folder, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.stdout.strip(), done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def __call__(self, *arguments: str, **environment: str) -> Any:
        """The result of a command that goes well."""
        answer = self.run(*arguments, **environment)
        assert answer["status"] == 0, answer
        return answer["result"]


@pytest.fixture(scope="session")
def sf(npm_folder: Path, org: LocalOrg, tmp_path_factory: pytest.TempPathFactory) -> SalesforceCli:
    """The Salesforce CLI, signed in to the org as its administrator."""
    folder = tmp_path_factory.mktemp("sf")
    made = SalesforceCli(npm_folder, folder / "home", folder, org)
    made.home.mkdir()
    token = ("org", "login", "access-token", "--no-prompt", "--set-default", "--instance-url", org.url)
    told = made(*token, SF_ACCESS_TOKEN=org.admin_token())
    assert told["username"] == org.admin_username
    return made
