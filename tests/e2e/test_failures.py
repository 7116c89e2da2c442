"""What goes wrong in the field: each gives a sentence with the next step, and nothing is lost."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from connectors.salesforce.local_org.faults import Fault
from plugin.bootstrap import SALESFORCE, check_system, engine_of, open_services
from plugin.errors import LimitReached, SuccessVectorError
from plugin.store import due, migrate, systems
from plugin.store.records import Origin, save
from plugin.sync.poll import first_sync
from plugin.sync.rounds import Rounds
from tests.e2e.conftest import Connected, Office, connect_to
from tests.fakes.crm import Clock

ROOT = Path(__file__).parents[2]


def run(office: Office, database_url: str, *command: str, **changed: str) -> tuple[int, str]:
    """Run a command as an admin would; return its exit code and what it said on stderr."""
    done = subprocess.run(
        [sys.executable, "-m", "plugin.cli", *command],
        env={**office.environment(database_url), **changed},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stderr.strip()


@pytest.fixture(scope="module")
def another_key(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("key") / "another.pem"
    subprocess.run(["openssl", "genrsa", "-out", str(path), "2048"], check=True, capture_output=True)
    return str(path)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        (
            {"SUCCESS_VECTOR_SALESFORCE_URL": "http://127.0.0.1:9"},
            "Check the network and SUCCESS_VECTOR_SALESFORCE_URL",
        ),
        ({"SUCCESS_VECTOR_SALESFORCE_USERNAME": "nobody@example.org"}, "pre-authorise the integration user"),
        ({"SUCCESS_VECTOR_SALESFORCE_CLIENT_ID": "unknown"}, "copy the consumer key"),
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"}, "Start it, or set DATABASE_URL right"),
        ({"SUCCESS_VECTOR_POLL_SECONDS": "often"}, "SUCCESS_VECTOR_POLL_SECONDS"),
    ],
)
def test_what_keeps_us_from_starting_is_one_sentence_with_the_next_step(
    office: Office, database_url: str, changed: dict[str, str], says: str
):
    code, said = run(office, database_url, "sync", **changed)
    assert code == 1
    assert says in said
    assert "Traceback" not in said


def test_a_wrong_key_says_which_certificate_belongs_to_it(office: Office, database_url: str, another_key: str):
    code, said = run(office, database_url, "sync", SUCCESS_VECTOR_SALESFORCE_PRIVATE_KEY_FILE=another_key)
    assert code == 1
    assert "upload the certificate that belongs to SUCCESS_VECTOR_SALESFORCE_PRIVATE_KEY_FILE" in said


def test_a_signing_key_that_is_put_into_the_old_ones_place_is_used_without_a_restart(
    office: Office, database_url: str, another_key: str, tmp_path: Path
):
    key = tmp_path / "signing.pem"
    key.write_text(Path(another_key).read_text())
    services = open_services(replace(office, key=key).settings(database_url))
    migrate.upgrade(services.database)
    clock = Clock(datetime.now(UTC))
    worker = Rounds(
        services.database, SALESFORCE, lambda: engine_of(services, check_system(services).require()), clock, 300
    )

    def polled() -> bool:
        worker.poll(SALESFORCE)
        clock.forward(60)
        with services.database.connect() as conn:
            known = systems.get(conn, SALESFORCE)
        return known is not None and known.polled_at is not None

    try:
        refused = polled()
        key.write_text(office.key.read_text())
        assert (refused, polled()) == (False, True)
    finally:
        services.close()


def test_a_wrong_mapping_stops_check_and_serve_with_all_its_faults(office: Office, database_url: str, tmp_path: Path):
    shipped = (ROOT / "mappings" / "salesforce.toml").read_text()
    wrong = tmp_path / "mine.toml"
    wrong.write_text(shipped.replace('"Success_Score__c"', '"Succes_Score__c"').replace('"Due__c"', '"Due_Date__c"'))
    for command in ("check", "serve"):
        mapping = {"SUCCESS_VECTOR_SALESFORCE_MAPPING": str(wrong), "COLUMNS": "200", "SUCCESS_VECTOR_PORT": "18769"}
        done = subprocess.run(
            [sys.executable, "-m", "plugin.cli", command],
            env={**office.environment(database_url), **mapping},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        said = done.stdout + done.stderr
        assert done.returncode == 1
        assert "Account.Succes_Score__c" in said
        assert "Use Success_Score__c" in said
        assert said.count("Due_Date__c") >= 2
        assert "Traceback" not in said


def _outcome(connected: Connected, name: str) -> str:
    """Create an outcome on our side and make it due; return its name."""
    member = connected.office.create("Account", Name=name, Is_Member__c=True)
    with connected.engine.database.begin() as conn:
        due.mark(conn, "fetch", "salesforce", "Account", [member])
    connected.settle()
    now = connected.engine.clock()
    with connected.engine.database.begin() as conn:
        member_id = conn.scalar(sa.text("SELECT record_id FROM links WHERE external_id = :id"), {"id": member})
        values = {"name": f"{name} grows", "member": member_id}
        made = save(conn, "desired_outcome", None, values, Origin("someone", "workbook", now, now))
        connected.engine.mark_push(conn, "desired_outcome", {made})
    return f"{name} grows"


def _there(office: Office, name: str) -> int:
    return len(office.query(f"SELECT Id FROM Desired_Outcome__c WHERE Name = '{name}'"))


def test_an_expired_session_is_renewed_and_nobody_notices(connected: Connected):
    name = _outcome(connected, "Sample Member expired")
    connected.office.org.faults.force(Fault(code="INVALID_SESSION_ID", status=401, path="composite"))
    connected.settle()
    assert _there(connected.office, name) == 1


def test_an_exhausted_limit_is_said_and_the_work_stays_due(connected: Connected):
    name = _outcome(connected, "Sample Member limit")
    connected.office.org.faults.force(Fault(code="REQUEST_LIMIT_EXCEEDED", status=403, times=50, path="composite"))
    with pytest.raises(LimitReached):
        connected.engine.drain("salesforce")
    connected.office.org.faults.clear()
    with connected.engine.database.begin() as conn:
        conn.execute(sa.text("UPDATE due SET due_at = now()"))
    connected.settle()
    assert _there(connected.office, name) == 1


def test_a_line_cut_after_the_work_was_done_doubles_nothing(connected: Connected):
    name = _outcome(connected, "Sample Member cut")
    connected.office.org.faults.force(Fault(cut="after", path="composite$", method="POST"))
    for _ in range(3):
        with suppress(SuccessVectorError):
            connected.settle(patience=15)
    assert _there(connected.office, name) == 1


def test_another_org_than_the_pinned_one_is_refused(office: Office, database_url: str):
    ours = connect_to(office, database_url)
    with ours.engine.database.begin() as conn:
        first_sync(ours.engine, "salesforce", lambda _: None)
        conn.execute(sa.text("UPDATE systems SET org_id = '00D000000000099AAA', org_name = 'Another Association'"))
    code, said = run(office, database_url, "sync")
    ours.services.close()
    assert code == 1
    assert "00D000000000099AAA" in said
    assert "Traceback" not in said
