"""`success-vector install`: what it asks of the settings, and what it prints."""

import io
from typing import Any

import pytest
from fake_org import FakeOrg, result
from pydantic import SecretStr
from rich.console import Console

from connectors.salesforce.failures import Refused
from connectors.salesforce.install.deploy import Deployed
from connectors.salesforce.install.run import Installed, install, prepare
from plugin.cli.install import order_from, org_url
from plugin.cli.installing import show_plan, show_result, told
from plugin.errors import LimitReached, RetryLater, UserError
from plugin.settings import Settings

SECRET = "s" * 32
COMPLETE = {
    "webhook_base_url": "https://vector.example.org",
    "webhook_secrets": (SecretStr(SECRET),),
    "salesforce_username": "robot@example.org",
    "salesforce_members": "Account and Contact",
}


def settings(**changes: Any) -> Settings:
    return Settings(_env_file=None, **{**COMPLETE, **changes})


def test_the_settings_become_an_order() -> None:
    order = order_from(settings())

    assert order.endpoint == f"https://vector.example.org/webhooks/salesforce/{SECRET}"
    assert {"Account", "Contact"} <= set(order.mapping.objects)


def test_only_the_chosen_members_are_told_of() -> None:
    assert "Contact" not in order_from(settings(salesforce_members="Account")).mapping.objects


@pytest.mark.parametrize(
    ("missing", "named"),
    [
        ("webhook_base_url", "SUCCESS_VECTOR_WEBHOOK_BASE_URL"),
        ("webhook_secrets", "SUCCESS_VECTOR_WEBHOOK_SECRETS"),
        ("salesforce_username", "SUCCESS_VECTOR_SALESFORCE_USERNAME"),
    ],
)
def test_a_missing_setting_is_named(missing: str, named: str) -> None:
    with pytest.raises(UserError, match=named):
        order_from(settings(**{missing: () if missing == "webhook_secrets" else None}))


@pytest.mark.parametrize(
    ("url", "nearest"),
    [
        ("https://guild.lightning.force.com/lightning/setup", "https://guild.my.salesforce.com"),
        ("https://guild--dev.sandbox.my.salesforce-setup.com", "https://guild--dev.sandbox.my.salesforce.com"),
        ("https://guild.my.salesforce.com/home/home.jsp", "https://guild.my.salesforce.com"),
        ("https://login.salesforce.com", "https://YOUR-DOMAIN.my.salesforce.com"),
        ("https://eu45.salesforce.com", "https://YOUR-DOMAIN.my.salesforce.com"),
        ("guild.my.salesforce.com", "https://guild.my.salesforce.com"),
        ("my org", "https://YOUR-DOMAIN.my.salesforce.com"),
    ],
)
def test_an_address_at_which_no_api_answers_is_told_with_the_right_one(url: str, nearest: str) -> None:
    with pytest.raises(UserError, match="not where the org's API answers") as told:
        org_url(settings(salesforce_url=url))
    assert f"Set it to {nearest} (Setup, My Domain)" in str(told.value)


@pytest.mark.parametrize("url", ["https://guild.my.salesforce.com", "https://guild.my.salesforce.com/"])
def test_the_orgs_own_address_is_taken(url: str) -> None:
    assert org_url(settings(salesforce_url=url)) == url


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (LimitReached("No calls are left."), "No calls are left. It stays. Run the same command again when there are"),
        (RetryLater("The line broke."), "The line broke. It stays. Run the same command again: it completes"),
        (
            Refused("", "INSUFFICIENT_ACCESS", "no rights."),
            "may not do that: no rights (INSUFFICIENT_ACCESS). It stays.",
        ),
    ],
)
def test_what_stops_an_installation_is_told_with_what_stands_and_what_to_do(error: Exception, words: str) -> None:
    with pytest.raises(UserError) as said, told("It stays."):
        raise error
    assert words in str(said.value)


def test_an_interruption_is_told_and_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KeyboardInterrupt), told("It stays."):
        raise KeyboardInterrupt
    assert (
        capsys.readouterr().err == "Interrupted. It stays. Run the same command again: it completes what is missing.\n"
    )


def test_another_refusal_is_told_as_it_is() -> None:
    with pytest.raises(Refused, match="Bad query"), told("It stays."):
        raise Refused("Bad query.", "MALFORMED_QUERY")


def printed() -> Console:
    return Console(file=io.StringIO(), width=200)


def test_the_plan_counts_by_component_and_tells_each_change() -> None:
    org, console = FakeOrg(), printed()
    org.results = [result()]
    prepared = prepare(org, order_from(settings()))
    install(org, prepared, wait=lambda _: None)
    org.permission_sets = {"Success_Vector_Integration": "0PSI", "Success_Vector_Admin": "0PSA"}
    org.flows = {"Success_Vector_Notify_Account_Created": [3, None]}

    show_plan(console, prepare(org, order_from(settings())))

    text = console.file.getvalue()
    assert "Org 00DA" in text
    assert "Flow:Success_Vector_Notify_Account_Created  inactive -> active" in text
    assert SECRET not in text


@pytest.mark.parametrize(
    ("check_only", "words"), [(True, "Checked, nothing changed; it would be: 1"), (False, "Installed: 1")]
)
def test_the_result_says_what_was_done_and_what_is_left(check_only: bool, words: str) -> None:
    console, org = printed(), FakeOrg()
    prepared = prepare(org, order_from(settings()))
    done = Installed(Deployed("0Af", (("Flow", "A"),), (), ()), ("Click [Activate].",))

    show_result(console, prepared, done, check_only)

    assert words in console.file.getvalue()
    assert "To do: Click [Activate]." in console.file.getvalue()
