"""The certificate by which the org is served over https, and by which it vouches for the names of its proxy.

It is made by itself, and good for nothing but loopback and Salesforce's names: who trusts it trusts no more than that.
"""

from __future__ import annotations

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

CERTIFICATE_FILE = "local-org.crt"
KEY_FILE = "local-org-https.key"
GOOD_FOR = timedelta(days=365)
RENEWED_BEFORE = timedelta(days=30)
DOMAINS = ("salesforce.com", "force.com")
LOOPBACK = "127.0.0.1"


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


def named_context(folder: Path, name: str) -> ssl.SSLContext:
    """Return what a server needs to speak https as a host of that name, vouched for by the folder's certificate."""
    issuer = x509.load_pem_x509_certificate(certificate(folder).read_bytes())
    signer = serialization.load_pem_private_key((folder / KEY_FILE).read_bytes(), None)
    assert isinstance(signer, rsa.RSAPrivateKey)  # noqa: S101
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    made = (
        _begun(subject, issuer.subject, key)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .sign(signer, hashes.SHA256())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    with TemporaryDirectory(prefix="local-org-") as place:
        _write(made, key, Path(place) / CERTIFICATE_FILE, Path(place) / KEY_FILE)
        context.load_cert_chain(Path(place) / CERTIFICATE_FILE, Path(place) / KEY_FILE)
    return context


def _good(path: Path) -> bool:
    found = x509.load_pem_x509_certificate(path.read_bytes())
    return found.not_valid_after_utc > datetime.now(UTC) + RENEWED_BEFORE


def _make(path: Path, key_path: Path) -> None:
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Local Org")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address(LOOPBACK))]
    good_for = [*map(x509.DNSName, ("localhost", *DOMAINS)), x509.IPAddress(ipaddress.ip_network(f"{LOOPBACK}/32"))]
    made = (
        _begun(name, name, key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.NameConstraints(good_for, None), critical=True)
        .add_extension(_usage(), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write(made, key, path, key_path)


def _begun(subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey) -> x509.CertificateBuilder:
    """Return what every certificate has: whose it is, from whom, and for how long."""
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + GOOD_FOR)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage() -> x509.KeyUsage:
    """Return what the certificate is for: to serve with, and to vouch for others."""
    return x509.KeyUsage(
        digital_signature=True, key_encipherment=True, key_cert_sign=True, content_commitment=False, crl_sign=False,
        data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _write(made: x509.Certificate, key: rsa.RSAPrivateKey, path: Path, key_path: Path) -> None:
    """Write both files; the key's is its owner's only."""
    key_path.touch(mode=0o600)
    key_path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
