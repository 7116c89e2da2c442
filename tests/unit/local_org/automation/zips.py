"""Small deployment zips, built from the texts of their files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

SPACE = 'xmlns="http://soap.sforce.com/2006/04/metadata"'


def xml(tag: str, body: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{tag} {SPACE}>\n{body}\n</{tag}>\n'


def manifest(members: Mapping[str, list[str]]) -> str:
    types = "".join(
        f"<types>{''.join(f'<members>{name}</members>' for name in names)}<name>{kind}</name></types>\n"
        for kind, names in members.items()
    )
    return xml("Package", f"{types}<version>66.0</version>")


def package(files: Mapping[str, str], members: Mapping[str, list[str]], **more: str) -> bytes:
    """A zip of the files and a manifest; `more` are further files at the root, by name without .xml."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        opened.writestr("package.xml", manifest(members))
        for name, text in {**files, **{f"{name}.xml": text for name, text in more.items()}}.items():
            opened.writestr(name, text)
    return buffer.getvalue()


def field(name: str, kind: str = "Text", more: str = "<length>80</length>", label: str | None = "Some Label") -> str:
    said = "" if label is None else f"<label>{label}</label>"
    return f"<fields><fullName>{name}</fullName>{more}{said}<type>{kind}</type></fields>\n"


def custom_object(body: str = "", label: str = "Goal") -> str:
    return xml(
        "CustomObject",
        f"<deploymentStatus>Deployed</deploymentStatus><label>{label}</label><pluralLabel>{label}s</pluralLabel>"
        "<nameField><label>Name</label><type>Text</type></nameField><sharingModel>ReadWrite</sharingModel>\n" + body,
    )


def message(
    name: str = "Told",
    url: str = "http://127.0.0.1:9/hook",
    user: str = "integration@local-org.example",
    fields: tuple[str, ...] = ("Id", "Name"),
    session: str = "false",
) -> str:
    named = "".join(f"<fields>{each}</fields>" for each in fields)
    return (
        f"<outboundMessages><fullName>{name}</fullName><apiVersion>66.0</apiVersion><endpointUrl>{url}</endpointUrl>"
        f"{named}<includeSessionId>{session}</includeSessionId><integrationUser>{user}</integrationUser>"
        f"<name>{name}</name><protected>false</protected></outboundMessages>\n"
    )


def workflow(*messages: str) -> str:
    return xml("Workflow", "".join(messages))


PLACE = "<locationX>0</locationX><locationY>0</locationY>"
SEND = (
    "<actionCalls><name>Send</name><label>Send</label>" + PLACE + "<actionName>Account.Told</actionName>"
    "<actionType>outboundMessage</actionType></actionCalls>\n"
)


def start(
    when: str = "Update",
    entry: str = "",
    trigger: str = "RecordAfterSave",
    to: str | None = "Send",
    later: str | None = None,
    of: str = "Account",
) -> str:
    connector = "" if to is None else f"<connector><targetReference>{to}</targetReference></connector>"
    paths = (
        ""
        if later is None
        else f"<scheduledPaths><connector><targetReference>{later}</targetReference></connector>"
        "<pathType>AsyncAfterCommit</pathType></scheduledPaths>"
    )
    return (
        f"<start>{PLACE}{connector}{entry}<object>{of}</object><recordTriggerType>{when}</recordTriggerType>{paths}"
        f"<triggerType>{trigger}</triggerType></start>\n"
    )


def flow(
    starts: str | None = None,
    elements: str = SEND,
    status: str = "Active",
    label: str = "Notify",
    process: str = "AutoLaunchedFlow",
) -> str:
    return xml(
        "Flow",
        f"<apiVersion>66.0</apiVersion>{elements}<label>{label}</label><processType>{process}</processType>"
        f"{starts or start()}<status>{status}</status>",
    )
