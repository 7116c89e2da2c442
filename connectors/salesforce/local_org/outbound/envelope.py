"""The SOAP that an outbound message is, and the acknowledgement that answers it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from connectors.salesforce.local_org.metadata.tree import MalformedXml, parse
from connectors.salesforce.local_org.metadata.workflows import OutboundMessage

OUTBOUND = "http://soap.sforce.com/2005/09/outbound"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


def envelope(
    message: OutboundMessage,
    ids: Mapping[str, str],
    records: Sequence[tuple[str, Mapping[str, Any]]],
    instance_url: str,
) -> bytes:
    """Return the SOAP message. `ids` has "org" and "action"; `records` are notification ids with field values by the
    fields' own names, Id first; what is null is left out.
    """
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<soapenv:Envelope xmlns:soapenv="{SOAP}" xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n <soapenv:Body>\n'
        f'  <notifications xmlns="{OUTBOUND}">\n'
        f"   <OrganizationId>{ids['org']}</OrganizationId>\n   <ActionId>{ids['action']}</ActionId>\n"
        '   <SessionId xsi:nil="true"/>\n'
    ]
    for tag, letter in (("EnterpriseUrl", "c"), ("PartnerUrl", "u")):
        url = f"{instance_url}/services/Soap/{letter}/{message.api_version}/{ids['org'][:15]}"
        parts.append(f"   <{tag}>{escape(url)}</{tag}>\n")
    for notification_id, values in records:
        parts.append(_notification(message.object, notification_id, values))
    parts.append("  </notifications>\n </soapenv:Body>\n</soapenv:Envelope>\n")
    return "".join(parts).encode()


def _notification(object_name: str, notification_id: str, values: Mapping[str, Any]) -> str:
    kind = quoteattr(f"sf:{object_name}")
    fields = "".join(
        f"     <sf:{name}>{escape(_text(value))}</sf:{name}>\n" for name, value in values.items() if value is not None
    )
    return (
        f"   <Notification>\n    <Id>{notification_id}</Id>\n"
        f'    <sObject xsi:type={kind} xmlns:sf="urn:sobject.enterprise.soap.sforce.com">\n'
        f"{fields}    </sObject>\n   </Notification>\n"
    )


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    if isinstance(value, date):
        return value.isoformat()
    text = str(float(value)) if isinstance(value, Decimal) else str(value)
    return "".join(char for char in text if char in "\t\n\r" or char >= " ")


def fault_of(status: int, body: bytes) -> str | None:
    """Return why an answer is no acknowledgement: None for status 200 with Ack true."""
    if status != 200:
        return f"The endpoint answered {status}: {body[:200].decode('utf-8', 'replace')}"
    try:
        nodes = list(parse(body).walk())
    except MalformedXml as error:
        return f"The endpoint's answer is no XML: {error}"
    acks = [node.text for node in nodes if node.tag == "Ack" and node.namespace == OUTBOUND]
    return None if acks and all(ack == "true" for ack in acks) else "The endpoint did not acknowledge (Ack is not true)"
