"""docs/local-org-clients.md says what the server serves, no more and no less."""

from __future__ import annotations

import re

from connectors.salesforce.local_org.server import LocalOrg
from tests.conftest import ROOT
from tests.unit.local_org.coverage_page import PAGE, endpoints, written

REMEDY = "run python -m tests.unit.local_org.coverage_page"


def test_the_page_lists_what_is_served_and_what_is_refused(org: LocalOrg) -> None:
    page = PAGE.read_text()
    assert page == written(page, org.app), REMEDY


def test_every_resource_says_what_it_does(org: LocalOrg) -> None:
    assert [path for path, _, words in endpoints(org.app) if not words.endswith(".")] == []


def test_every_test_that_the_page_names_is_there() -> None:
    named = re.findall(r"`(tests/[\w/]+\.\w+)`", PAGE.read_text())
    assert len(named) >= 4
    assert [name for name in named if not (ROOT / name).is_file()] == []
