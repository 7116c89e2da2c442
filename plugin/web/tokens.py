"""Who may use the REST API: bearer tokens, each with the name of whoever holds it."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from pathlib import Path

from pydantic import SecretStr

from plugin.errors import UserError
from plugin.web.rotating import Rotating

SETTING = "SUCCESS_VECTOR_API_TOKENS"
SHORTEST = 32


class Tokens:
    """Several tokens are valid at once, so that one can be changed without a gap; with a file, without a restart."""

    def __init__(self, given: Sequence[SecretStr], file: Path | None = None) -> None:
        """Take `name:token` pairs, from `file` if it is given.

        Raises UserError for a pair without a name, a token that is too short, and a file that can't be read.
        """
        self._rotating = Rotating(SETTING, given, file, _pairs)

    def holder(self, header: str | None) -> str | None:
        """Return who holds the token of an Authorization header, None for nobody's, in a time that doesn't tell."""
        scheme, _, offered = (header or "").partition(" ")
        if scheme.casefold() != "bearer":
            return None
        found = None
        for name, token in self._rotating.now():
            if hmac.compare_digest(offered.strip().encode(), token):
                found = name
        return found


def _pairs(secrets: Sequence[SecretStr], place: str) -> tuple[tuple[str, bytes], ...]:
    pairs = []
    for secret in secrets:
        name, _, token = secret.get_secret_value().partition(":")
        if not name.strip() or len(token) < SHORTEST:
            between = "separated by commas" if place == SETTING else "one a line"
            raise UserError(
                f"{place} must hold name:token pairs, {between}, each token of at least {SHORTEST} characters. Make "
                'one with: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
            )
        pairs.append((name.strip(), token.encode()))
    return tuple(pairs)
