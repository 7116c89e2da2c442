"""Outbound messages: which records of which org may have changed.

A message is a hint and no more. Of its SOAP envelope (namespace http://soap.sforce.com/2005/09/outbound) only the
organisation's id and each record's type and id are read; the record itself is read back over the API.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

import defusedxml.ElementTree as SafeElementTree
from defusedxml import DefusedXmlException

from plugin.errors import UserError

SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
OUTBOUND = "{http://soap.sforce.com/2005/09/outbound}"
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
MOST_RECORDS = 100
"""Salesforce sends at most a hundred notifications in one message."""

_ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?\Z")
_NAME = re.compile(r"[A-Za-z]\w{0,79}\Z", re.ASCII)


class NotAMessage(UserError):
    """The body is no outbound message."""


@dataclass(frozen=True)
class OutboundMessage:
    """What a message says: `org_id`, and the (object, record id) pairs that may have changed, in order."""

    org_id: str
    records: tuple[tuple[str, str], ...]

    def comes_from(self, org_id: str) -> bool:
        """Return whether it names this organisation; ids are compared by their first 15 characters."""
        return self.org_id[:15] == org_id[:15]


def parse(body: bytes) -> OutboundMessage:
    """Return what the message says; raise NotAMessage for anything but a whole and well-formed one."""
    try:
        envelope = SafeElementTree.fromstring(body, forbid_dtd=True)
    except (SafeElementTree.ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise NotAMessage(f"The body is not acceptable XML: {error}.") from error
    message = envelope.find(f"{SOAP}Body/{OUTBOUND}notifications")
    if envelope.tag != f"{SOAP}Envelope" or message is None:
        raise NotAMessage("The body is no Salesforce outbound message: notifications are missing.")
    org_id = _id(message.findtext(f"{OUTBOUND}OrganizationId"), "OrganizationId")
    notifications = message.findall(f"{OUTBOUND}Notification")
    if not 1 <= len(notifications) <= MOST_RECORDS:
        raise NotAMessage(f"A message holds 1 to {MOST_RECORDS} notifications, this one has {len(notifications)}.")
    return OutboundMessage(org_id, tuple(_record(notification) for notification in notifications))


def _record(notification: Element) -> tuple[str, str]:
    record = notification.find(f"{OUTBOUND}sObject")
    if record is None:
        raise NotAMessage("A notification without an sObject.")
    object_name = record.get(XSI_TYPE, "").rpartition(":")[2]
    if not _NAME.match(object_name):
        raise NotAMessage("An sObject whose xsi:type names no object.")
    record_id = next((part.text for part in record if part.tag.rpartition("}")[2] == "Id"), None)
    return object_name, _id(record_id, f"{object_name}.Id")


def _id(text: str | None, where: str) -> str:
    if text is None or not _ID.match(text.strip()):
        raise NotAMessage(f"{where} is no Salesforce id of 15 or 18 characters.")
    return text.strip()


def acknowledgement() -> str:
    """Return the SOAP answer that tells Salesforce not to send the message again."""
    return _envelope(
        '<notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse>'
    )


def fault(party: str, reason: str) -> str:
    """Return a SOAP fault; `party` is Client (the sender must change something) or Server (send again later)."""
    return _envelope(
        f"<soapenv:Fault><faultcode>soapenv:{party}</faultcode><faultstring>{escape(reason)}</faultstring></soapenv:Fault>"
    )


def _envelope(body: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">'
        f"<soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"
    )
