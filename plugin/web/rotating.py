"""Secrets that may be changed while the service runs: from a file, read again whenever it changes."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

import structlog
from pydantic import SecretStr

from plugin.errors import UserError
from plugin.settings import secrets_in

Known = TypeVar("Known")
log = structlog.get_logger(__name__)


class _Stamp(NamedTuple):
    """What tells that a file was written or replaced."""

    inode: int
    size: int
    modified: int


class Rotating(Generic[Known]):
    """What is made of secrets, as they are now.

    `name` is the setting that holds them, `file` the file that does instead, if it is given. `checked` is given the
    secrets and where they stand; it raises UserError for secrets that are no good.
    """

    def __init__(
        self,
        name: str,
        given: Sequence[SecretStr],
        file: Path | None,
        checked: Callable[[Sequence[SecretStr], str], Known],
    ) -> None:
        """Raise UserError for secrets that can't be read, or are no good."""
        self._name, self._file, self._checked = name, file, checked
        self._seen = _stamp(file)
        self._known = checked(secrets_in(file) if file else given, str(file or name))

    def now(self) -> Known:
        """Return what is valid now; a file that was made wrong leaves that before it valid, and is logged."""
        stamp = _stamp(self._file)
        if self._file and stamp != self._seen:
            self._seen = stamp
            try:
                self._known = self._checked(secrets_in(self._file), str(self._file))
            except UserError as error:
                log.warning("secrets not changed: the earlier ones stay valid", reason=str(error))
            else:
                log.info("secrets changed", setting=self._name)
        return self._known


class RotatingSecrets:
    """One secret, or two while one replaces the other, each of at least `least` characters."""

    def __init__(self, name: str, given: Sequence[SecretStr], file: Path | None, least: int) -> None:
        """Raise UserError for secrets that can't be read, or that are too few, too many or too short."""
        self._least = least
        self._rotating = Rotating(name, given, file, self._checked)

    def knows(self, secret: str) -> bool:
        """Return whether this is a secret that is valid now, in a time that doesn't tell how near it comes."""
        offered = secret.encode()
        return any(hmac.compare_digest(offered, known) for known in self._rotating.now())

    def _checked(self, secrets: Sequence[SecretStr], place: str) -> tuple[bytes, ...]:
        known = tuple(secret.get_secret_value().encode() for secret in secrets)
        if not 1 <= len(known) <= 2 or any(len(secret) < self._least for secret in known):
            raise UserError(
                f"{place} must hold one secret, or two while you rotate it, each of at least {self._least} "
                'characters. Make one with: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
            )
        return known


def _stamp(file: Path | None) -> _Stamp | None:
    try:
        found = file.stat() if file else None
    except OSError:
        return None
    return _Stamp(found.st_ino, found.st_size, found.st_mtime_ns) if found else None
