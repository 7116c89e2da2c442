"""The org over https, with a certificate that it makes itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from connectors.salesforce.local_org import tls
from connectors.salesforce.local_org.org import OrgSettings
from connectors.salesforce.local_org.server import LocalOrg


@pytest.fixture
def secure(make_org: Callable[..., LocalOrg]) -> LocalOrg:
    return make_org(settings=OrgSettings(https=True))


def test_who_trusts_its_certificate_is_served_on_connections_that_stay_open(secure: LocalOrg) -> None:
    assert secure.url.startswith("https://127.0.0.1:")
    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(secure.certificate)
        session.headers["Authorization"] = f"Bearer {secure.admin_token()}"
        for _ in range(2):
            assert session.get(f"{secure.url}/services/data/v66.0/limits", timeout=20).status_code == 200


def test_who_does_not_trust_it_is_not(secure: LocalOrg) -> None:
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(f"{secure.url}/services/data", timeout=20)


def test_a_client_that_speaks_plainly_harms_nobody(secure: LocalOrg) -> None:
    with pytest.raises(requests.exceptions.ConnectionError):
        requests.get(secure.url.replace("https", "http"), timeout=20)
    answer = requests.get(f"{secure.url}/services/data", timeout=20, verify=str(secure.certificate))
    assert answer.status_code == 200


def test_the_certificate_is_made_once_and_its_key_kept_from_others(tmp_path: Path) -> None:
    first = tls.certificate(tmp_path).read_bytes()
    assert tls.certificate(tmp_path).read_bytes() == first
    assert (tmp_path / tls.KEY_FILE).stat().st_mode & 0o077 == 0
