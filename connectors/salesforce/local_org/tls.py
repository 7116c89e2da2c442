"""The certificate by which the org is served over https: made by itself, good for loopback only."""

from __future__ import annotations

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

CERTIFICATE_FILE = "local-org.crt"
KEY_FILE = "local-org-https.key"
GOOD_FOR = timedelta(days=365)
RENEWED_BEFORE = timedelta(days=30)


def certificate(folder: Path) -> Path:
    """Return the file of the certificate in the folder, made where it is missing or about to end.

    A client that is to trust the org is given this file: REQUESTS_CA_BUNDLE, NODE_EXTRA_CA_CERTS.
    """
    path = folder / CERTIFICATE_FILE
    if not (path.is_file() and (folder / KEY_FILE).is_file() and _good(path)):
        folder.mkdir(parents=True, exist_ok=True)
        _make(path, folder / KEY_FILE)
    return path


def server_context(folder: Path) -> ssl.SSLContext:
    """Return what a server needs to speak https with the folder's certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate(folder), folder / KEY_FILE)
    return context


def _good(path: Path) -> bool:
    found = x509.load_pem_x509_certificate(path.read_bytes())
    return found.not_valid_after_utc > datetime.now(UTC) + RENEWED_BEFORE


def _make(path: Path, key_path: Path) -> None:
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Local Org")])
    now = datetime.now(UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + GOOD_FOR)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    key_path.touch(mode=0o600)
    key_path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
