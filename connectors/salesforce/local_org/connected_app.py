"""The connected app through which programs sign in: its client id and secret, and the certificate for JWTs."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from psycopg.types.json import Jsonb

from connectors.salesforce.local_org.work import Connection

KEY_FILE = "local-org.key"


@dataclass(frozen=True)
class ConnectedApp:
    """What the org knows of the app: with client credentials it runs as `run_as`, a user's 18-character id."""

    client_id: str
    client_secret: str
    public_key: str
    run_as: str


@dataclass(frozen=True)
class KeyPair:
    """An RSA key in PEM form, private (PKCS#8) and public."""

    private: str
    public: str


def key_pair(folder: Path | None) -> KeyPair:
    """Return the key that lies in the folder; where there is none, make one and, given a folder, keep it there."""
    path = folder / KEY_FILE if folder else None
    if path and path.is_file():
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    else:
        key = rsa.generate_private_key(65537, 2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    public = (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )
    if path and not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(private, encoding="ascii")
    return KeyPair(private, public)


def register(conn: Connection, public_key: str, run_as: str) -> ConnectedApp:
    """Return the org's app, the one that it already has with its key brought up to date, or a new one."""
    row = conn.execute("SELECT value FROM org_meta.settings WHERE name = 'connected_app'").fetchone()
    known = row[0] if row else {"client_id": "3MVG9" + secrets.token_hex(30), "client_secret": secrets.token_hex(32)}
    app = ConnectedApp(known["client_id"], known["client_secret"], public_key, run_as)
    conn.execute(
        "INSERT INTO org_meta.settings VALUES ('connected_app', %s)"
        " ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value",
        (Jsonb(asdict(app)),),
    )
    return app
