"""The web service without a web server, and the notifications that an org sends it."""

from __future__ import annotations

from contextlib import ExitStack

import sqlalchemy as sa
from flask.testing import FlaskClient

from mappings.load import load
from plugin.bootstrap import Configured, Services
from plugin.settings import Settings

ORG = "00D000000000001AAA"
SECRET = "a-secret-of-more-than-thirty-two-characters"
OLD_SECRET = "the-secret-before-it-of-thirty-two-characters"


class SilentBell:
    """Counts who rang."""

    def __init__(self) -> None:
        self.rung = 0

    def ring(self, task: str, system: str) -> None:
        self.rung += 1


def message(*records: tuple[str, str], org: str = ORG) -> bytes:
    """Return a notification of these records (object, id) as the org sends it."""
    notified = "".join(
        f'<Notification><Id>04l000000000001AAA</Id><sObject xsi:type="sf:{name}" '
        f'xmlns:sf="urn:sobject.enterprise.soap.sforce.com"><sf:Id>{record_id}</sf:Id></sObject></Notification>'
        for name, record_id in records
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope '
        'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>'
        f'<notifications xmlns="http://soap.sforce.com/2005/09/outbound"><OrganizationId>{org}</OrganizationId>'
        f"<ActionId>04k000000000001AAA</ActionId>{notified}</notifications></soapenv:Body></soapenv:Envelope>"
    ).encode()


def services_on(database: sa.Engine, bell: SilentBell, **settings: object) -> Services:
    """Return what the web service runs on: one system, its two secrets, and no worker."""
    given = Settings(_env_file=None, webhook_secrets=f"{SECRET},{OLD_SECRET}", **settings)  # type: ignore[arg-type]
    known = {"salesforce": Configured("salesforce", given, load("salesforce", ("Account",)))}
    return Services(given, database, "", known, bell, ExitStack())  # type: ignore[arg-type]


def post(client: FlaskClient, body: bytes, secret: str = SECRET, **headers: str):
    """Send a notification and return the answer."""
    return client.post(f"/webhooks/salesforce/{secret}", data=body, content_type="text/xml", headers=headers)
