"""A scripted org and a connector to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from scripted_salesforce import ScriptedSalesforce

from connectors.salesforce.auth import ClientCredentials
from connectors.salesforce.config import SalesforceConfig
from connectors.salesforce.connector import SalesforceConnector


@pytest.fixture
def org() -> Iterator[ScriptedSalesforce]:
    org = ScriptedSalesforce()
    yield org
    org.stop()


@pytest.fixture
def naps() -> list[float]:
    """How long the connector wanted to sleep."""
    return []


@pytest.fixture
def connector(org: ScriptedSalesforce, naps: list[float]) -> SalesforceConnector:
    config = SalesforceConfig(org.url, ClientCredentials("client", "secret"))
    return SalesforceConnector(config, sleep=naps.append, timeout=5.0)
