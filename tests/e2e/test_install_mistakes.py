"""An admin's mistakes and bad luck: what is told says what to do, and doing it helps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from connectors.salesforce.install.plan import Change
from connectors.salesforce.install.record import UNSEEN
from connectors.salesforce.install.run import installed
from connectors.salesforce.local_org.faults import Fault
from connectors.salesforce.local_org.server import LocalOrg
from plugin.cli.install import install as command
from plugin.errors import SignInFailed, UserError
from tests.e2e.installs import Site, shortly


@pytest.fixture
def site(new_org: Callable[..., LocalOrg], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Site:
    made = Site(new_org(production=True, sandbox=False))
    made.at_the_command_line(monkeypatch, tmp_path, SALESFORCE_CLIENT_ID="a-key")
    return made


def run(*options: str) -> str:
    return CliRunner().invoke(command, [*options, "--yes"], catch_exceptions=False).output


def test_a_wrong_token_or_address_is_told_and_changes_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as wrong:
        wrong.setenv("SUCCESS_VECTOR_SALESFORCE_ADMIN_TOKEN", "00D!nonsense")
        with pytest.raises(SignInFailed, match=r"refuses the access token .* Take a new one"):
            run()
    with monkeypatch.context() as wrong:
        wrong.setenv("SUCCESS_VECTOR_SALESFORCE_URL", f"{site.org.url}/lightning/setup/SetupOneHome/home")
        with pytest.raises(UserError, match=f"Set it to {site.org.url}"):
            run()
    with monkeypatch.context() as wrong:
        wrong.setenv("SUCCESS_VECTOR_SALESFORCE_ADMIN_TOKEN", site.org.integration_token())
        with pytest.raises(
            UserError, match=r"may not install in this org: .* Use the access token of an admin"
        ) as told:
            run()
        assert "integration permission set" not in str(told.value)

    assert {step.change for step in site.plan(site.order()).plan} == {Change.CREATED}


LIMIT = {"code": "REQUEST_LIMIT_EXCEEDED", "status": 403, "times": 99}


@pytest.mark.parametrize(
    "fault",
    [
        Fault(path="tooling/sobjects/FlowDefinition", **LIMIT),
        Fault(path="metadata/deployRequest", method="POST", cut="after"),
    ],
    ids=["between deployment and flows", "the answer is lost"],
)
def test_an_installation_that_is_stopped_midway_is_completed_by_running_it_again(site: Site, fault: Fault) -> None:
    site.org.faults.force(fault)
    with pytest.raises(UserError, match=r"What was done so far stays\. Run the same command again"):
        run()
    site.org.faults.clear()

    assert "To do" not in run()

    state, kept = site.flow("Success_Vector_Notify_Account_Created"), installed(site.client, shortly)
    assert state is not None
    assert state.active
    assert kept is not None
    assert UNSEEN not in {marks.org for pieces in kept.pieces.values() for marks in pieces.values()}


def test_what_metadata_may_not_be_shown_to_is_told_by_the_permission_that_is_missing(site: Site) -> None:
    site.org.faults.force(
        Fault(path="metadata/deployRequest", status=403, code="INSUFFICIENT_ACCESS", message="use of the Metadata API")
    )

    with pytest.raises(UserError, match=r"use of the Metadata API .* permissions Modify Metadata and Customize"):
        run()
