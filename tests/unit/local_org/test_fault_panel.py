"""The fault panel: it shows what happens, its buttons do what they say, and nothing comes from elsewhere."""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests
from lxml import html

from connectors.salesforce.local_org.faulty.plan import FaultPlan, read_short
from connectors.salesforce.local_org.server import LocalOrg
from tests.unit.local_org.conftest import Client


def page(org: LocalOrg) -> str:
    answer = requests.get(f"{org.url}/__local__/", timeout=10)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    return answer.text


def press(org: LocalOrg, **fields: str) -> requests.Response:
    return requests.post(f"{org.url}/__local__/", data=fields, timeout=10)


def cells(org: LocalOrg) -> list[list[str]]:
    """The table of faults as it reads, without its buttons."""
    tree: Any = html.fromstring(page(org))
    rows = tree.xpath("//table[.//th[.='Rate']]/tbody/tr")
    return [[" ".join(cell.text_content().split()) for cell in row.xpath("td")][:-1] for row in rows]


def test_the_panel_tells_faults_and_calls(org: LocalOrg, admin: Client) -> None:
    org.faults.follow(FaultPlan(rules=(read_short("GET query:503:1"), read_short(":duplicate:0.5"))))
    for _ in range(2):
        assert admin("GET", "/query", params={"q": "SELECT Id FROM Account"}).status_code == 503
    admin("GET", "/limits")
    assert cells(org) == [
        ["503", "GET, query", "1.0", "-", "2", "2", "on"],
        ["duplicate", "outbound messages", "0.5", "-", "0", "0", "on"],
    ]
    assert re.search(r"<td>limits</td><td class=\"n\">1</td>", page(org))


def test_buttons_switch_add_and_remove_faults(org: LocalOrg, admin: Client) -> None:
    added = press(org, add="1", kind="503", rate="1", endpoint="limits", method="", seconds="1", seed="9")
    assert added.history[0].status_code == 303
    assert org.faults.plan == FaultPlan(seed=9, rules=(read_short("limits:503:1"),))
    assert admin("GET", "/limits").status_code == 503
    press(org, switch="0")
    assert admin("GET", "/limits").status_code == 200
    assert [row[-2:] for row in cells(org)] == [["1", "off"]]
    press(org, switch="0")
    assert admin("GET", "/limits").status_code == 503
    press(org, add="1", kind="500", rate="1")
    press(org, remove="0")
    assert [each.kind for each in org.faults.plan.rules] == ["500"]
    press(org, clear="1")
    assert "Nothing goes wrong now." in page(org)


def test_what_is_wrong_is_told_on_the_page_and_changes_nothing(org: LocalOrg) -> None:
    for fields in (
        {"add": "1", "kind": "503", "rate": "2"},
        {"add": "1", "kind": "503", "rate": "1", "endpoint": "<b>("},
        {"switch": "0"},
        {"remove": "first"},
    ):
        answer = press(org, **fields)
        assert answer.status_code == 400
        assert 'role="alert"' in answer.text
        assert "<b>" not in answer.text
    assert press(org, nothing="1").status_code == 400
    assert org.faults.plan == FaultPlan()


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null"])
def test_another_sites_page_can_switch_nothing(org: LocalOrg, origin: str) -> None:
    form = {"add": "1", "kind": "503", "rate": "1"}
    answer = requests.post(f"{org.url}/__local__/", data=form, headers={"Origin": origin}, timeout=10)
    assert answer.status_code == 403
    assert org.faults.plan == FaultPlan()
    own = requests.post(f"{org.url}/__local__/", data=form, headers={"Origin": org.url}, timeout=10)
    assert own.status_code == 200


def test_the_page_loads_nothing_and_labels_every_control(org: LocalOrg) -> None:
    org.faults.follow(FaultPlan(rules=(read_short("limits:503:1"),)))
    tree: Any = html.fromstring(page(org))
    assert tree.xpath("//script|//link|//img|//*[@src]") == []
    assert "url(" not in page(org)
    assert tree.get("lang") == "en"
    labelled = set(tree.xpath("//label/@for"))
    assert {each.get("id") for each in tree.xpath("//input|//select")} == labelled
    names = [each.get("aria-label") or each.text_content() for each in tree.xpath("//button")]
    assert len(set(names)) == len(names)
