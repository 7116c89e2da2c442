"""Every setting, from environment variables or a `.env` file; docs/settings.md lists them."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, Field, PrivateAttr, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from plugin.errors import Problem, Problems, UserError


def default_home() -> Path:
    """Where data, keys and logs lie: `$XDG_DATA_HOME/success-vector`, else `~/.local/share/success-vector`."""
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "success-vector"


_SALESFORCE = re.compile(r"SUCCESS_VECTOR_SALESFORCE_([A-Z_]+)")


class Settings(BaseSettings):
    """All settings. Environment variables begin with SUCCESS_VECTOR_, except DATABASE_URL."""

    model_config = SettingsConfigDict(env_prefix="SUCCESS_VECTOR_", env_file=".env", extra="ignore")

    home: Path = Field(default_factory=default_home, description="Folder for the embedded database and keys.")
    database_url: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("DATABASE_URL", "SUCCESS_VECTOR_DATABASE_URL"),
        description="PostgreSQL 15 or newer, as postgresql://user:password@host/name. Without it an embedded one runs.",
    )
    host: str = Field(default="127.0.0.1", description="Address that the web service listens on.")
    port: int = Field(default=8000, description="Port that the web service listens on.")
    time_zone: str | None = Field(default=None, description="The association's IANA time zone; default: the org's.")
    webhook_secrets: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        default=(),
        description="One secret, or two while rotating, separated by a comma; at least 32 characters each.",
    )
    webhook_secrets_file: Path | None = Field(
        default=None, description="A file with those secrets, one a line, instead; read again whenever it changes."
    )
    webhook_base_url: str | None = Field(
        default=None, description="The public https address at which Salesforce reaches this service."
    )
    max_notification_bytes: int = Field(default=1_000_000, description="Largest notification that is read.")

    request_seconds: int = Field(default=20, ge=1, description="A request that takes longer to arrive is cut off.")

    salesforce_url: str | None = Field(default=None, description="The org's My Domain address.")
    salesforce_api_version: str = Field(default="66.0", description="Salesforce API version.")
    salesforce_auth: Literal["jwt", "client_credentials"] = Field(default="jwt", description="How we sign in.")
    salesforce_client_id: str | None = Field(default=None, description="Consumer key of the External Client App.")
    salesforce_client_secret: SecretStr | None = Field(default=None, description="For client credentials.")
    salesforce_client_secret_file: Path | None = Field(
        default=None, description="A file with that secret instead; read at each sign-in that follows a refused one."
    )
    salesforce_username: str | None = Field(default=None, description="The integration user, for JWT bearer.")
    salesforce_private_key_file: Path | None = Field(default=None, description="PEM file with the JWT signing key.")
    salesforce_admin_token: SecretStr | None = Field(
        default=None, description="An administrator's access token, for `success-vector install` only; not kept."
    )
    salesforce_mapping: Path | None = Field(
        default=None, description="A shipped mapping (salesforce, npsp) or a file of your own; default: salesforce."
    )
    salesforce_members: Literal["Account", "Contact", "Account and Contact"] = Field(
        default="Account", description="Which records are members."
    )

    systems: Path | None = Field(
        default=None, description="A TOML file with several systems, beside or instead of the one above."
    )

    api_tokens: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        default=(),
        description="Tokens of the REST API, each as name:token, separated by commas; without one the API is closed.",
    )
    api_tokens_file: Path | None = Field(
        default=None, description="A file with those pairs, one a line, instead; read again whenever it changes."
    )
    brake_overwrite_percent: int = Field(
        default=20, ge=0, le=100, description="Share of an entity's records that is overwritten in 24 hours at most."
    )
    brake_delete_percent: int = Field(
        default=10, ge=0, le=100, description="Share of an entity's records that is deleted here in 24 hours at most."
    )
    brake_minimum: int = Field(default=25, ge=0, description="So many records never make a brake stop a run.")
    snapshot_months: int = Field(
        default=24,
        ge=0,
        description="So many months snapshots of the vector are kept, in the org as well; 0: for good.",
    )

    poll_seconds: int = Field(default=300, ge=5, description="How often each object is polled as the safety net.")
    reconcile_hour: int = Field(
        default=2, ge=0, le=23, description="From this hour on, each night, every record is held against ours."
    )
    calls_backfill_percent: int = Field(
        default=70, ge=1, le=100, description="Share of the org's API calls up to which backfills go on."
    )
    calls_sync_percent: int = Field(
        default=90, ge=1, le=100, description="Share of the org's API calls up to which polls and the like go on."
    )
    calls_reserve_percent: int = Field(
        default=5, ge=0, le=90, description="Share of the org's API calls that is left alone by everything."
    )
    oldest_due_seconds: int = Field(
        default=300, ge=1, description="`/readyz` fails when a record has been due for longer than this."
    )
    plans: Path | None = Field(default=None, description="Folder of the association's own plan templates.")
    plans_at_joining: bool = Field(default=False, description="Give new members the plan that fits them.")
    team: Path | None = Field(default=None, description="A team file: who serves members, with how many hours.")
    coverage_rules: Path | None = Field(default=None, description="A file with the association's own coverage rules.")
    coverage_apply: bool = Field(
        default=False, description="Write each night the segment that the rules give, where no person decided."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="Least level logged.")

    _table: str | None = PrivateAttr(default=None)
    _prefix: str = PrivateAttr(default="SUCCESS_VECTOR_SALESFORCE_")
    _webhooks: str = PrivateAttr(default="SUCCESS_VECTOR_WEBHOOK_SECRETS")

    @classmethod
    def read(cls) -> Settings:
        """Return the settings of the environment; raise Problems that names each variable that is wrong."""
        try:
            return cls()
        except ValidationError as error:
            raise Problems("These settings are wrong:", [_problem(each) for each in error.errors()]) from None

    def valid_webhook_secrets(self) -> tuple[SecretStr, ...]:
        """Return the secrets that notifications may come with, the newest first; raise UserError for a missing file."""
        return secrets_in(self.webhook_secrets_file) if self.webhook_secrets_file else self.webhook_secrets

    def of_system(self, table: str, prefix: str, webhooks: str | None, **own: Any) -> Settings:
        """Return these settings with a system's own in place of the common ones.

        `table` says where those stand, `prefix` is that of its variables, `webhooks` where its own webhook secrets do.
        """
        copy = self.model_copy(update=own)
        copy._table, copy._prefix, copy._webhooks = table, prefix, webhooks or self._webhooks
        return copy

    @property
    def webhooks_named(self) -> str:
        """Where the secrets of notifications stand: a variable, or a line in the systems file."""
        return self._webhooks

    def in_its_words(self, text: str) -> str:
        """Return the text with what it calls by the plain variables' names called by where it stands."""
        if not self._table:
            return text
        return _SALESFORCE.sub(lambda found: self.named(found[1].lower()), text)

    def named(self, key: str) -> str:
        """Return where the Salesforce setting of that name stands: its variable, or its line in the systems file."""
        if self._table and key != "admin_token":
            return f"{'client_secret_file' if key == 'client_secret' else key} in {self._table}"
        return f"{self._prefix}{key.upper()}"

    def line(self, key: str, value: str) -> str:
        """Return the line with which a Salesforce setting is set, wherever it stands."""
        return f'{key} = "{value}"' if self._table else f"SUCCESS_VECTOR_SALESFORCE_{key.upper()}={value}"

    @field_validator("webhook_secrets", "api_tokens", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return parts_of(value)


def parts_of(value: object) -> object:
    """Return the parts of a text, separated by commas; anything else as it is."""
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def secrets_in(file: Path) -> tuple[SecretStr, ...]:
    """Return the secrets in a file, one a line; raise UserError for a file that can't be read."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise UserError(f"{file} can't be read ({reason}): correct the path, or who may read it.") from error
    return tuple(SecretStr(line.strip()) for line in lines if line.strip())


def _problem(error: ErrorDetails) -> Problem:
    name = str(error["loc"][0])
    variable = name if name.isupper() else f"SUCCESS_VECTOR_{name.upper()}"
    return Problem(variable, error["msg"], "docs/settings.md says what it may be.")
