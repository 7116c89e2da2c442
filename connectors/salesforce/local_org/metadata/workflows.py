"""Workflow files: their outbound messages, the only part of them that has effect here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from connectors.salesforce.local_org.metadata.archive import File
from connectors.salesforce.local_org.metadata.outcome import Component, Failure
from connectors.salesforce.local_org.metadata.tree import Node
from connectors.salesforce.local_org.schema import OrgSchema


@dataclass(frozen=True)
class OutboundMessage:
    """One outbound message: whom it tells (`endpoint`), of which `fields`, as which active user of the org."""

    object: str
    name: str
    endpoint: str
    user: str
    fields: tuple[str, ...]
    api_version: str

    @property
    def full_name(self) -> str:
        """The name that flows and manifests use."""
        return f"{self.object}.{self.name}"

    def as_json(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return {**asdict(self), "fields": list(self.fields)}

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> OutboundMessage:
        """Return it as it was stored."""
        return cls(**{**body, "fields": tuple(body["fields"])})


def is_loopback(endpoint: str) -> bool:
    """Return whether the address stays on this machine."""
    host = urlsplit(endpoint).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def read(file: File, schema: OrgSchema, users: set[str]) -> tuple[dict[str, OutboundMessage], list[Failure]]:
    """Return a file's messages by full name, and its faults; `users` are the active users' names in lower case."""
    assert file.root is not None  # noqa: S101
    messages: dict[str, OutboundMessage] = {}
    failures = []
    for child in file.root.children:
        if child.tag not in {"outboundMessages", "fullName"}:
            failures.append(
                Failure(file.component, f"The local org does not model '{child.tag}' of a Workflow", child.line)
            )
    for node in file.root.all("outboundMessages"):
        component = Component("WorkflowOutboundMessage", f"{file.name}.{node.say('fullName')}", file.path)
        problems = list(_faults(node, file.name, schema, users))
        if component.name in messages:
            problems.append(f"Duplicate outbound message: {component.name}")
        failures += [Failure(component, problem, node.line, node.column) for problem in problems]
        messages[component.name] = OutboundMessage(
            file.name,
            node.say("fullName"),
            node.say("endpointUrl"),
            node.say("integrationUser"),
            tuple(child.text for child in node.all("fields")),
            node.say("apiVersion"),
        )
    return messages, failures


def _faults(node: Node, object_name: str, schema: OrgSchema, users: set[str]) -> Iterator[str]:
    target = schema.object(object_name)
    if target is None:
        yield f"In field: object - no CustomObject named {object_name} found"
    endpoint = urlsplit(node.say("endpointUrl"))
    if endpoint.scheme not in {"http", "https"} or not endpoint.hostname:
        yield f"Invalid endpoint URL: '{node.say('endpointUrl')}' is no http or https address"
    elif not is_loopback(node.say("endpointUrl")):
        yield f"The local org sends outbound messages to loopback addresses only, not to {endpoint.hostname}"
    if node.say("integrationUser").lower() not in users:
        yield f"In field: integrationUser - no active User named {node.say('integrationUser')} found"
    if node.flag("includeSessionId"):
        yield "Outbound messages carry no session id since February 2026: set includeSessionId to false"
    if len(node.say("name")) > 80 or not node.say("name"):
        yield "The name of an outbound message has 1 to 80 characters"
    seen: set[str] = set()
    for field in node.all("fields"):
        if target is not None and target.field(field.text) is None:
            yield f"In field: fields - no CustomField named {object_name}.{field.text} found"
        if field.text.lower() in seen:
            yield f"Duplicate field: {field.text}"
        seen.add(field.text.lower())
