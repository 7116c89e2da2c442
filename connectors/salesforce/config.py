"""What the connector needs to know, and where the settings say it."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.salesforce.auth import ClientCredentials, Credentials, JwtBearer
from plugin.errors import Problem, Problems, UserError
from plugin.settings import Settings, secrets_in

_APP = "Copy it from Setup, External Client App Manager"


@dataclass(frozen=True)
class SalesforceConfig:
    """An org's address, the API version, and how we sign in."""

    url: str
    credentials: Credentials
    api_version: str = "66.0"


def config_from(settings: Settings) -> SalesforceConfig:
    """Return the connector's part of the settings; raises Problems that lists everything missing or wrong."""
    problems: list[Problem] = []
    url = (settings.salesforce_url or "").rstrip("/")
    if not url:
        problems.append(
            _missing(settings, "url", "Set it to the org's My Domain address (https://....my.salesforce.com)")
        )
    elif not url.startswith(("https://", "http://127.0.0.1", "http://localhost", "http://[::1]")):
        problems.append(Problem(settings.named("url"), f"{url!r} is not https", "Write the address with https://"))
    if not settings.salesforce_client_id:
        problems.append(_missing(settings, "client_id", f"{_APP} (consumer key)"))
    client_id = settings.salesforce_client_id or ""
    credentials: Credentials
    if settings.salesforce_auth == "client_credentials":
        credentials = ClientCredentials(client_id, _client_secret(settings, problems))
    else:
        if not settings.salesforce_username:
            problems.append(_missing(settings, "username", "Set it to the integration user's user name"))
        key = _key(settings, problems)
        credentials = JwtBearer(client_id, settings.salesforce_username or "", key)
    if problems:
        raise Problems("Salesforce can't be reached with these settings:", problems)
    return SalesforceConfig(url, credentials, settings.salesforce_api_version)


def _missing(settings: Settings, key: str, fix: str) -> Problem:
    return Problem(settings.named(key), "is not set", f"{fix}.")


def _client_secret(settings: Settings, problems: list[Problem]) -> str:
    file, secret = settings.salesforce_client_secret_file, settings.salesforce_client_secret
    try:
        secret = next(iter(secrets_in(file)), None) if file else secret
    except UserError as error:
        problems.append(Problem(settings.named("client_secret_file"), str(error), "Then try again."))
        return ""
    if secret is None:
        problems.append(_missing(settings, "client_secret", f"{_APP} (consumer secret)"))
    return secret.get_secret_value() if secret else ""


def _key(settings: Settings, problems: list[Problem]) -> str:
    path, where = settings.salesforce_private_key_file, settings.named("private_key_file")
    if path is None:
        problems.append(_missing(settings, "private_key_file", "Set it to the PEM file with the JWT signing key"))
        return ""
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not a PEM file"
        problems.append(Problem(where, f"{path} can't be read ({reason})", "Correct the path or its permissions."))
        return ""
