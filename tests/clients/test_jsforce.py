"""jsforce against the local org: each step of jsforce_steps.cjs in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connectors.salesforce.local_org import dml
from connectors.salesforce.local_org.server import LocalOrg
from tests.unit.local_org.conftest import Client
from tests.unit.local_org.test_layouts import deploy, item, section

STEPS = Path(__file__).parent / "jsforce_steps.cjs"
Step = Callable[[str], dict[str, Any]]


@pytest.fixture
def step(npm_folder: Path, org: LocalOrg) -> Step:
    """Runs a step by name and returns what came of it."""

    def run(name: str) -> dict[str, Any]:
        environment = {
            "PATH": os.environ["PATH"], "NODE_PATH": str(npm_folder / "node_modules"), "URL": org.url,
            "TOKEN": org.admin_token(), "REFRESH": f"{org.client_id} {org.client_secret} {org.refresh_token()}",
        }  # fmt: skip
        done = subprocess.run(
            ["node", str(STEPS), name], env=environment, capture_output=True, text=True, check=False, timeout=90
        )
        assert done.returncode == 0, done.stderr
        outcome: dict[str, Any] = json.loads(done.stdout)
        return outcome

    return run


def test_it_fetches_a_long_answer_page_by_page(step: Step, org: LocalOrg) -> None:
    with org.org.work() as work:
        dml.create(work, "Account", [{"Name": f"Many {number:04}"} for number in range(4500)])
    assert step("query") == {"fetched": 4500, "total": 4500, "first": "Many 0000", "last": "Many 4499"}


def test_it_creates_changes_reads_upserts_and_deletes_collections(step: Step) -> None:
    assert step("collections") == {
        "made": [True, True, "REQUIRED_FIELD_MISSING"],
        "changed": [True, True],
        "read": [["C1", "Gold"], ["C2", "Gold"]],
        "upserted": [[True, True], [True, True]],
        "again": [[True, False]],
        "gone": [True, True],
    }


def test_it_creates_changes_reads_upserts_and_deletes_one_record(step: Step) -> None:
    assert step("one") == {"read": ["One", "1"], "upserted": True, "missing": "ENTITY_IS_DELETED"}


def test_it_describes_the_org_and_who_has_signed_in(step: Step, org: LocalOrg) -> None:
    assert step("describe") == {
        "objects": ["Account", "Goal__c"],
        "tier": ["Gold", "Silver"],
        "user": org.admin_username,
        "limits": True,
        "usage": 100_000,
    }


def test_it_reads_the_page_layout(step: Step, org: LocalOrg) -> None:
    deploy(org, section(item("Name") + item("Phone"), style="OneColumn"))
    assert step("layouts") == {"fields": ["Name", "Phone"], "same": True}


def test_it_hears_what_was_updated_and_deleted(step: Step) -> None:
    assert step("changes") == {"updated": True, "deleted": True}


def test_it_loads_and_reads_in_bulk(step: Step, admin: Client) -> None:
    (name, error), = (told := step("bulk")).pop("failed")  # fmt: skip
    assert name == "Bulk 7"
    words = "Tier: bad value for restricted picklist field: Bronze"
    assert error == f"INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST:{words}:Tier__c --"
    assert told == {
        "successful": 449, "created": "true", "unprocessed": 0, "cleared": ["false"], "read": 449, "gold": 448,
    }  # fmt: skip


def test_it_lists_metadata_over_soap(step: Step) -> None:
    assert step("metadata") == {"types": ["PermissionSet", "Flow"], "account": ["objects/Account.object"]}


def test_it_understands_every_refusal(step: Step) -> None:
    assert step("refusals") == {
        "query": "INVALID_FIELD", "type": "NOT_FOUND", "session": "INVALID_SESSION_ID",
        "soap": "sf:INVALID_SESSION_ID",
    }  # fmt: skip


def test_it_refreshes_an_expired_session(step: Step) -> None:
    assert step("refresh") == {"refreshed": [True], "found": 1}
