"""The Salesforce CLI against the org through the proxy: Node takes the certificate from NODE_EXTRA_CA_CERTS."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.salesforce.local_org.server import LocalOrg
from tests.clients.conftest import SalesforceCli


@pytest.fixture
def cli(npm_folder: Path, proxied_org: LocalOrg, tmp_path: Path) -> SalesforceCli:
    """The CLI as it comes, signed in nowhere."""
    return SalesforceCli(npm_folder, tmp_path, tmp_path, proxied_org)


def test_it_signs_in_at_salesforces_own_address_and_works_there(
    cli: SalesforceCli, proxied_org: LocalOrg, key_folder: Path
) -> None:
    # The CLI asks DNS for its hosts before it calls them, which proxies make needless; these are its own switches.
    proxied = {
        "HTTPS_PROXY": str(proxied_org.proxy_url), "NODE_EXTRA_CA_CERTS": str(proxied_org.certificate),
        "SF_DOMAIN_RETRY": "0", "SF_DISABLE_DNS_CHECK": "true",
    }  # fmt: skip
    told = cli(
        "org", "login", "jwt", "--client-id", proxied_org.client_id, "--username", proxied_org.admin_username,
        "--instance-url", "https://test.salesforce.com", "--jwt-key-file", str(key_folder / "local-org.key"),
        **proxied,
    )  # fmt: skip
    assert (told["orgId"], told["loginUrl"].rstrip("/")) == (proxied_org.org_id, "https://test.salesforce.com")
    counted = "SELECT COUNT() FROM Account WHERE Tier__c = 'Gold'"
    found = cli("data", "query", "--target-org", proxied_org.admin_username, "-q", counted, **proxied)
    assert found["totalSize"] == 6666
