"""Retrieving metadata as the org has them now, by SOAP: the Metadata API's REST resource only deploys."""

from __future__ import annotations

import base64
import io
import time
import zipfile
from collections.abc import Callable, Iterable
from xml.etree.ElementTree import Element, tostring

from defusedxml.ElementTree import fromstring

from connectors.salesforce.install.deploy import FIRST_WAIT, LONGEST_WAIT, MOST_SECONDS
from connectors.salesforce.install.metadata import Child, ComponentName, element, tag
from connectors.salesforce.install.org import Http
from plugin.errors import RetryLater, UserError

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_ROOT = "unpackaged/"


def retrieve(
    http: Http, names: Iterable[ComponentName], version: str, wait: Callable[[float], None] = time.sleep
) -> dict[str, bytes]:
    """Return the files that hold these components, by path; what the org lacks is left out.

    `version` is the API's in whose form they are wanted. Raises RetryLater where Salesforce takes over half an hour.
    """
    begun = _call(http, version, "retrieve", [("retrieveRequest", _request(names, version))])
    job = begun.findtext(tag("id")) or ""
    waited, pause = 0.0, FIRST_WAIT
    while True:
        result = _call(http, version, "checkRetrieveStatus", [("asyncProcessId", job), ("includeZip", True)])
        if result.findtext(tag("done")) == "true":
            return _files(result)
        if waited > MOST_SECONDS:
            raise RetryLater(f"Salesforce has not answered retrieval {job} after {waited / 60:.0f} minutes. Try again.")
        wait(pause)
        waited, pause = waited + pause, min(pause * 1.5, LONGEST_WAIT)


def _request(names: Iterable[ComponentName], version: str) -> list[Child]:
    by_type: dict[str, list[str]] = {}
    for type_name, name in sorted(set(names)):
        by_type.setdefault(type_name, []).append(name)
    types: list[Child] = [
        ("types", [*(("members", name) for name in members), ("name", type_name)])
        for type_name, members in by_type.items()
    ]
    return [("apiVersion", version), ("singlePackage", False), ("unpackaged", [*types, ("version", version)])]


def _call(http: Http, version: str, method: str, arguments: list[Child]) -> Element:
    """Make a call, and return its result's element."""
    envelope = Element(f"{{{SOAP}}}Envelope")
    header, body = Element(f"{{{SOAP}}}Header"), Element(f"{{{SOAP}}}Body")
    header.append(element("SessionHeader", [("sessionId", http.token().access_token)]))
    body.append(element(method, arguments))
    envelope.extend([header, body])
    answer = http.request(
        "POST",
        f"/services/Soap/m/{version}",
        data=tostring(envelope, encoding="UTF-8", xml_declaration=True),
        headers={"Content-Type": "text/xml; charset=UTF-8", "SOAPAction": '""'},
        safe=True,
    )
    result = fromstring(answer.content).find(f".//{tag('result')}")
    if result is None:
        raise UserError(f"Salesforce answered {method} without a result. Run `success-vector install` again.")
    return result


def _files(result: Element) -> dict[str, bytes]:
    if result.findtext(tag("success")) == "false":
        said = result.findtext(tag("errorMessage")) or "without a reason"
        raise UserError(f"Salesforce would not show what the org has of our package: {said}. Nothing was changed.")
    content = base64.b64decode(result.findtext(tag("zipFile")) or "")
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        paths = [info.filename for info in opened.infolist() if not info.is_dir()]
        return {path.removeprefix(_ROOT): opened.read(path) for path in paths if not path.endswith("package.xml")}
