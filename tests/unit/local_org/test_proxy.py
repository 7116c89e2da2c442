"""The proxy by which clients that insist on Salesforce's own names reach the org."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from cryptography import x509

from connectors.salesforce.local_org import tls
from connectors.salesforce.local_org.faults import Fault
from connectors.salesforce.local_org.org import OrgSettings
from connectors.salesforce.local_org.server import LocalOrg
from plugin.errors import UserError

LOGIN = "https://login.salesforce.com/services/oauth2/token"
REFUSED = "Not a name of the local org's proxy"


@pytest.fixture
def proxied(make_org: Callable[..., LocalOrg]) -> LocalOrg:
    return make_org(settings=OrgSettings(proxy_port=0))


@pytest.fixture
def client(proxied: LocalOrg) -> Iterator[requests.Session]:
    """A client that knows the proxy and the certificate, and nothing else."""
    with requests.Session() as session:
        session.trust_env = False
        session.proxies = {"https": str(proxied.proxy_url), "http": str(proxied.proxy_url)}
        session.verify = str(proxied.certificate)
        yield session


def sign_in(org: LocalOrg, client: requests.Session) -> str:
    """Refresh a session at Salesforce's own address; returns that of the instance."""
    asked = {"grant_type": "refresh_token", "client_id": org.client_id, "refresh_token": org.refresh_token()}
    told = client.post(LOGIN, data=asked, timeout=20).json()
    client.headers["Authorization"] = f"Bearer {told['access_token']}"
    return str(told["instance_url"])


def test_a_client_signs_in_at_salesforces_address_and_works_at_the_instances(
    proxied: LocalOrg, client: requests.Session
) -> None:
    instance = sign_in(proxied, client)
    assert instance == f"https://{proxied.my_domain}"
    made = client.post(f"{instance}/services/data/v66.0/sobjects/Account", json={"Name": "Proxied"}, timeout=20).json()
    found = client.get(f"{instance}/services/data/v66.0/sobjects/Account/{made['id']}", timeout=20).json()
    assert found["Name"] == "Proxied"
    who = client.get(f"{instance}/services/oauth2/userinfo", timeout=20).json()
    assert who["urls"]["custom_domain"] == instance


def test_the_same_org_answers_by_its_own_address_without_the_proxy(proxied: LocalOrg, client: requests.Session) -> None:
    sign_in(proxied, client)
    told = requests.get(
        f"{proxied.url}/services/oauth2/userinfo",
        headers={"Authorization": client.headers["Authorization"]},
        timeout=20,
    )
    assert told.json()["urls"]["custom_domain"] == proxied.url


@pytest.mark.parametrize("host", ["example.com", "notsalesforce.com", "salesforce.com.example.com", "salesforce.com"])
def test_any_other_name_is_refused_and_says_so(client: requests.Session, host: str) -> None:
    with pytest.raises(requests.exceptions.ProxyError, match=REFUSED):
        client.get(f"https://{host}/services/data", timeout=20)


def test_another_port_than_that_of_https_is_refused(client: requests.Session) -> None:
    with pytest.raises(requests.exceptions.ProxyError, match=REFUSED):
        client.get("https://login.salesforce.com:8443/services/data", timeout=20)


def test_plain_http_is_refused_in_words(client: requests.Session) -> None:
    answer = client.get("http://login.salesforce.com/services/data", timeout=20)
    assert answer.status_code == 403
    assert "tunnels for https only, and was asked to GET http://login.salesforce.com/services/data" in answer.text


def test_a_tunnel_in_a_tunnel_is_refused(proxied: LocalOrg, client: requests.Session) -> None:
    answer = client.request("CONNECT", "https://login.salesforce.com/", timeout=20)
    assert answer.status_code == 403


def test_a_client_that_does_not_trust_the_certificate_is_not_served(proxied: LocalOrg) -> None:
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(
            "https://login.salesforce.com/services/data", proxies={"https": str(proxied.proxy_url)}, timeout=20
        )


def test_one_who_hangs_up_before_tls_leaves_the_proxy_at_work(proxied: LocalOrg, client: requests.Session) -> None:
    with socket.create_connection((proxied.host, proxied.proxy_port or 0), timeout=20) as plain:
        plain.sendall(b"CONNECT login.salesforce.com:443 HTTP/1.1\r\n\r\n")
        assert b"200" in plain.recv(1000)
    assert client.get("https://login.salesforce.com/services/data", timeout=20).status_code == 200


def test_faults_meet_clients_behind_the_proxy_as_well(proxied: LocalOrg, client: requests.Session) -> None:
    instance = sign_in(proxied, client)
    proxied.faults.force(Fault(path="/limits", cut="before"))
    with pytest.raises(requests.exceptions.ConnectionError):
        client.get(f"{instance}/services/data/v66.0/limits", timeout=20)
    assert client.get(f"{instance}/services/data/v66.0/limits", timeout=20).status_code == 200


def test_a_port_that_is_taken_is_told_and_nothing_stays_open(
    proxied: LocalOrg, make_org: Callable[..., LocalOrg]
) -> None:
    with pytest.raises(UserError, match=f"can't listen on 127.0.0.1:{proxied.proxy_port}"):
        make_org(settings=OrgSettings(proxy_port=proxied.proxy_port))


def test_the_certificate_vouches_for_salesforces_names_and_loopback_only(tmp_path: Path) -> None:
    made = x509.load_pem_x509_certificate(tls.certificate(tmp_path).read_bytes())
    allowed = made.extensions.get_extension_for_class(x509.NameConstraints)
    assert allowed.critical
    names = [str(each.value) for each in allowed.value.permitted_subtrees or []]
    assert names == ["localhost", "salesforce.com", "force.com", "127.0.0.1/32"]
