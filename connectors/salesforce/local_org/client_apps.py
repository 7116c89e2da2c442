"""External Client Apps that were deployed: JWT sign-in by the certificate in their settings, for those they admit.

An app is five components: itself, its OAuth settings and global OAuth settings, its policies and OAuth policies. The
org makes the consumer key, and shows it in the global settings when they are retrieved.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from connectors.salesforce.local_org.metadata.archive import File
from connectors.salesforce.local_org.metadata.tree import Node, parse
from connectors.salesforce.local_org.work import Connection

APP, GLOBAL = "ExternalClientApplication", "ExtlClntAppGlobalOauthSettings"
OAUTH, POLICIES = "ExtlClntAppOauthSettings", "ExtlClntAppConfigurablePolicies"
OAUTH_POLICIES = "ExtlClntAppOauthConfigurablePolicies"
PARTS = (OAUTH, GLOBAL, OAUTH_POLICIES, POLICIES)
_KEY = "consumerKey"
_SCOPES = {"Api", "RefreshToken"}
"""Without the second one, Salesforce refuses assertions of users who are admitted beforehand."""


@dataclass(frozen=True)
class ClientApp:
    """An app that takes assertions: its public key in PEM form, and the permission sets whose users are admitted."""

    name: str
    public_key: str
    permission_sets: tuple[str, ...]


def faults(root: Node, names: Mapping[str, set[str]]) -> Iterator[tuple[str, Node]]:
    """Yield what is wrong with a part of an app; `names` are all components, by type, in lower case."""
    app = root.say("externalClientApplication")
    if app.lower() not in names.get(APP, set()):
        yield f"In field: externalClientApplication - no {APP} named {app} found", root
    if root.say("certificate") and _public_key(root.say("certificate")) is None:
        yield "Invalid certificate: a certificate in PEM form with an RSA key is expected", root
    if root.one("consumerSecret") is not None:
        yield "The local org makes the consumer secret by itself: leave consumerSecret out", root
    for name in filter(None, root.say("commaSeparatedPermissionSet").split(",")):
        if name.strip().lower() not in names.get("PermissionSet", set()):
            yield f"In field: commaSeparatedPermissionSet - no PermissionSet named {name.strip()} found", root


def with_key(conn: Connection, file: File) -> File:
    """Return the global settings with their consumer key: the one that they have already, or a new one."""
    if file.kind.type != GLOBAL or file.root is None:
        return file
    known = next((node for name, node in _kept(conn, GLOBAL) if name == file.name.lower()), None)
    key = (known.say(_KEY) if known else "") or file.root.say(_KEY) or f"3MVG9{secrets.token_hex(30)}"
    opening, end, rest = file.content.decode("utf-8-sig").rpartition("</")
    content = opening if file.root.one(_KEY) is not None else f"{opening}    <{_KEY}>{key}</{_KEY}>\n"
    text = f"{content}{end}{rest}".encode()
    return replace(file, content=text, root=parse(text))


def find(conn: Connection, consumer_key: str) -> ClientApp | None:
    """Return the app with that consumer key that takes assertions, None where there is none or it is switched off."""
    for _, settings in _kept(conn, GLOBAL):
        public_key = _public_key(settings.say("certificate"))
        if settings.say(_KEY) == consumer_key and consumer_key and public_key:
            name = settings.say("externalClientApplication")
            parts = {kind: _part(conn, kind, name) for kind in PARTS}
            return _admitting(name, public_key, parts)
    return None


def _admitting(name: str, public_key: str, parts: Mapping[str, Node | None]) -> ClientApp | None:
    policies, admission, oauth = parts[POLICIES], parts[OAUTH_POLICIES], parts[OAUTH]
    if policies is None or not (policies.flag("isEnabled") and policies.flag("isOauthPluginEnabled")):
        return None
    scopes = {scope.strip() for scope in oauth.say("commaSeparatedOauthScopes").split(",")} if oauth else set()
    by_set = admission is not None and admission.say("permittedUsersPolicyType") == "AdminApprovedPreAuthorized"
    sets = admission.say("commaSeparatedPermissionSet").split(",") if admission and by_set else []
    named = tuple(each.strip().lower() for each in sets if each.strip()) if scopes >= _SCOPES else ()
    return ClientApp(name, public_key, named)


def admits(conn: Connection, app: ClientApp, user_id: str) -> bool:
    """Return whether the user has one of the permission sets that the app's policy names."""
    row = conn.execute(
        "SELECT 1 FROM org.permissionsetassignment a JOIN org.permissionset p ON p.id = a.permissionsetid"
        " WHERE a.assigneeid = %s AND NOT a.isdeleted AND lower(p.name) = ANY(%s)",
        (user_id, list(app.permission_sets)),
    ).fetchone()
    return row is not None


def _part(conn: Connection, type_name: str, app: str) -> Node | None:
    named = (node for _, node in _kept(conn, type_name) if node.say("externalClientApplication").lower() == app.lower())
    return next(named, None)


def _kept(conn: Connection, type_name: str) -> list[tuple[str, Node]]:
    rows = conn.execute(
        "SELECT key, content FROM org_meta.sources WHERE type = %s ORDER BY key", (type_name,)
    ).fetchall()
    return [(key, parse(bytes(content))) for key, content in rows]


def _public_key(certificate: str) -> str | None:
    """Return the public key of a certificate in PEM form, None where it is none."""
    try:
        read = x509.load_pem_x509_certificate(certificate.encode())
    except ValueError:
        return None
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return read.public_key().public_bytes(serialization.Encoding.PEM, form).decode()
