"""The systems that an association has: the one of the environment's settings, and those of a TOML file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from mappings.document import Policy
from mappings.load import shipped
from mappings.reports import nearest
from mappings.toml_file import Table, read_toml
from plugin.errors import Problem, Problems, UserError
from plugin.settings import Settings, parts_of, secrets_in

FROM_THE_ENVIRONMENT = "salesforce"
"""The name of the system that the environment's settings describe."""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,30}", re.ASCII)
_SECRETS = {
    "client_secret": "client_secret_file",
    "webhook_secret": "webhook_secrets_file",
    "webhook_secrets": "webhook_secrets_file",
    "private_key": "private_key_file",
}
"""What must not stand in the file, and the key for the path of a file that holds it."""


class SystemTable(Table):
    """One table `[system.NAME]`; paths are from the folder of the file."""

    kind: Literal["salesforce"]
    url: str
    auth: Literal["jwt", "client_credentials"] = "jwt"
    client_id: str | None = None
    username: str | None = None
    private_key_file: Path | None = None
    client_secret_file: Path | None = None
    api_version: str | None = None
    mapping: str = "salesforce"
    members: Literal["Account", "Contact", "Account and Contact"] = "Account"
    policy: Policy | None = None
    webhook_base_url: str | None = None
    webhook_secrets_file: Path | None = None

    @field_validator("url")
    @classmethod
    def _safe(cls, url: str) -> str:
        if not url.startswith(("https://", "http://127.0.0.1", "http://localhost", "http://[::1]")):
            raise ValueError(f"{url!r} is not https: write the address with https://")
        return url.rstrip("/")


class _Secrets(BaseSettings):
    """A system's secrets from the environment; its variables begin with SUCCESS_VECTOR_ and the system's name."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    client_secret: SecretStr | None = None
    admin_token: SecretStr | None = None
    webhook_secrets: Annotated[tuple[SecretStr, ...], NoDecode] = ()

    @field_validator("webhook_secrets", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return parts_of(value)


def settings_by_system(settings: Settings) -> dict[str, tuple[Settings, Policy | None]]:
    """Return, by the name of each system, the settings that hold for it, and the policy that its table names.

    Raises Problems with everything that is wrong in the file, UserError where it can't be read.
    """
    alone: dict[str, tuple[Settings, Policy | None]] = {FROM_THE_ENVIRONMENT: (settings, None)}
    if settings.systems is None:
        return alone
    file = settings.systems
    tables = _read(file)
    found: list[Problem] = []
    named: dict[str, tuple[Settings, Policy | None]] = alone if settings.salesforce_url else {}
    for name, content in tables.items():
        table = _table(name, content, found)
        if name in named:
            fix = "Give it another name, or take SUCCESS_VECTOR_SALESFORCE_URL out of the settings."
            found.append(Problem(_where(name), "the settings of the environment describe that system already", fix))
        elif table is not None:
            found += _unreadable(name, table, file)
            named[name] = (_settled(settings, name, table, file), table.policy)
    found += _twice(named)
    if found:
        raise Problems.within(str(file), found)
    return named


def _read(file: Path) -> Mapping[str, Any]:
    absent = f"There is no file {file}: put SUCCESS_VECTOR_SYSTEMS right, or make it."
    content = read_toml(file, "systems file", "docs/settings.md", absent)
    found = [
        Problem(key, "there is no such table", "Put each system under [system.NAME].")
        for key in content
        if key != "system"
    ]
    tables = content.get("system")
    if not isinstance(tables, dict) or not tables:
        found.append(Problem("system", "no system is described", "Write a table [system.NAME] for each."))
    elif stray := [key for key, value in tables.items() if not isinstance(value, dict)]:
        found += [Problem(f"system.{key}", "it is no table", "Put it under [system.NAME].") for key in stray]
    if found:
        raise Problems(f"{file} describes no systems:", found)
    return dict(content["system"])


def _table(name: str, content: Mapping[str, Any], found: list[Problem]) -> SystemTable | None:
    if not _NAME.fullmatch(name):
        fix = "Begin with a small letter, and use small letters, digits and _, at most 31."
        found.append(Problem(_where(name), "that can't be a system's name", fix))
    secrets = [key for key in content if key in _SECRETS]
    for key in secrets:
        fix = (
            f"Put it into a file of its own and its path here, as {_SECRETS[key]}. Then change it: it was written down."
        )
        found.append(Problem(_where(name, key), "a secret doesn't stand in this file", fix))
    try:
        return SystemTable.model_validate({key: value for key, value in content.items() if key not in secrets})
    except ValidationError as error:
        found += [_problem(name, dict(one)) for one in error.errors()]
        return None


def _problem(name: str, one: dict[str, Any]) -> Problem:
    key = str(one["loc"][0])
    expected = re.findall(r"'([^']*)'", str(one.get("ctx", {}).get("expected", "")))
    if one["type"] == "extra_forbidden":
        fix = f"Use {nearest(key, SystemTable.model_fields)}."
        return Problem(_where(name, key), f"there is no key {key!r}", fix)
    if one["type"] == "missing":
        return Problem(_where(name, key), "it is missing", "Add it.")
    if expected:
        return Problem(
            _where(name, key), f"{one['input']!r} isn't known", f"Use {nearest(str(one['input']), expected)}."
        )
    what = str(one["msg"]).removeprefix("Value error, ")
    return Problem(_where(name, key), what[:1].lower() + what[1:], "docs/settings.md says what it may be.")


def _unreadable(name: str, table: SystemTable, file: Path) -> Iterator[Problem]:
    for key in ("private_key_file", "client_secret_file", "webhook_secrets_file"):
        path = getattr(table, key)
        try:
            if path is not None:
                secrets_in(file.parent / path)
        except UserError as error:
            yield Problem(_where(name, key), str(error), "Paths are from the folder of this file.")


def _settled(settings: Settings, name: str, table: SystemTable, file: Path) -> Settings:
    """Return the settings with those of the table in place of the environment's, and its secrets."""
    prefix, where = f"SUCCESS_VECTOR_{name.upper()}_", f"[system.{name}] of {file}"
    own = _Secrets(_env_prefix=prefix)
    below = {key: file.parent / path if path else None for key, path in _paths(table).items()}
    secrets_given = bool(own.webhook_secrets or table.webhook_secrets_file)
    webhooks = f"webhook_secrets_file in {where}" if table.webhook_secrets_file else f"{prefix}WEBHOOK_SECRETS"
    return settings.of_system(
        where,
        prefix,
        webhooks if secrets_given else None,
        salesforce_url=table.url,
        salesforce_auth=table.auth,
        salesforce_client_id=table.client_id,
        salesforce_client_secret=own.client_secret,
        salesforce_client_secret_file=below["client_secret_file"],
        salesforce_username=table.username,
        salesforce_private_key_file=below["private_key_file"],
        salesforce_admin_token=own.admin_token,
        salesforce_api_version=table.api_version or settings.salesforce_api_version,
        salesforce_mapping=Path(table.mapping) if table.mapping in shipped() else file.parent / table.mapping,
        salesforce_members=table.members,
        webhook_base_url=table.webhook_base_url or settings.webhook_base_url,
        webhook_secrets=own.webhook_secrets if secrets_given else settings.webhook_secrets,
        webhook_secrets_file=below["webhook_secrets_file"] if secrets_given else settings.webhook_secrets_file,
    )


def _paths(table: SystemTable) -> dict[str, Path | None]:
    return {
        "private_key_file": table.private_key_file,
        "client_secret_file": table.client_secret_file,
        "webhook_secrets_file": table.webhook_secrets_file,
    }


def _twice(named: Mapping[str, tuple[Settings, Policy | None]]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for name, (settings, _) in named.items():
        url = (settings.salesforce_url or "").rstrip("/").casefold()
        if url in first:
            fix = "Give each org one table."
            yield Problem(_where(name, "url"), f"{first[url]} has that address already", fix)
        first.setdefault(url, name)


def _where(name: str, key: str = "") -> str:
    return f"[system.{name}] {key}".rstrip()
