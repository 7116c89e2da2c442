"""SOAP messages: reading what a client calls, writing what it is answered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.metadata.tree import NAMESPACE, MalformedXml, Node, parse

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
REST_MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})\+0000")
UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Call:
    """One call: the method's name, its arguments, and the session id of the header."""

    method: str
    arguments: Node
    session_id: str


def read(content: bytes) -> Call:
    """Return the call that an envelope holds."""
    try:
        envelope = parse(content)
    except MalformedXml as error:
        raise OrgError("UNKNOWN_EXCEPTION", f"The SOAP message can't be read: {error}") from None
    body = envelope.one("Body") if envelope.tag == "Envelope" and envelope.namespace == SOAP else None
    if body is None or len(body.children) != 1:
        raise OrgError("UNKNOWN_EXCEPTION", "No operation available for request: the Body of an Envelope is expected")
    header = envelope.one("Header")
    session = header.one("SessionHeader") if header else None
    return Call(body.children[0].tag, body.children[0], session.say("sessionId") if session else "")


def answer(method: str, results: list[Any], namespace: str) -> bytes:
    """Return the envelope of a method's results, one `result` element each, in its API's namespace."""
    inner = "".join(element("result", each) for each in results)
    return _envelope(f'<{method}Response xmlns="{namespace}">{inner}</{method}Response>')


def fault(error: OrgError) -> bytes:
    """Return the envelope of a refusal."""
    words = _text(f"{error.code}: {error.message}")
    return _envelope(
        f'<soapenv:Fault xmlns:sf="{NAMESPACE}"><faultcode>sf:{error.code}</faultcode>'
        f"<faultstring>{words}</faultstring></soapenv:Fault>"
    )


def element(name: str, value: Any) -> str:
    """Return a value as an element: an object's parts in the order of their names, which is that of the WSDL.

    A list is one element an entry, and None no element at all.
    """
    if value is None:
        return ""
    if isinstance(value, list):
        return "".join(element(name, each) for each in value)
    if isinstance(value, Mapping):
        inner = "".join(element(part, value[part]) for part in sorted(value))
        return f"<{name}>{inner}</{name}>"
    return f"<{name}>{_text(value)}</{name}>"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return escape(UNWRITABLE.sub("?", REST_MOMENT.sub(r"\1Z", str(value))))


def _envelope(body: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="{SOAP}" xmlns:xsi="{XSI}">'
        f"<soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"
    ).encode()
