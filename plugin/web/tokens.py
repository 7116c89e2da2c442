"""Who may use the REST API: bearer tokens, each with the name of whoever holds it."""

from __future__ import annotations

import hmac
from collections.abc import Sequence

from pydantic import SecretStr

from plugin.errors import UserError

SHORTEST = 32


class Tokens:
    """Several tokens are valid at once, so that one can be changed without a gap."""

    def __init__(self, given: Sequence[SecretStr]) -> None:
        """Take `name:token` pairs. Raises UserError for one without a name, or too short."""
        self._known: list[tuple[str, bytes]] = []
        for secret in given:
            name, _, token = secret.get_secret_value().partition(":")
            if not name.strip() or len(token) < SHORTEST:
                raise UserError(
                    "SUCCESS_VECTOR_API_TOKENS must hold name:token pairs, separated by commas, each token of at least "
                    f"{SHORTEST} characters. Make one with: "
                    'python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
                )
            self._known.append((name.strip(), token.encode()))

    def holder(self, header: str | None) -> str | None:
        """Return who holds the token of an Authorization header, None for nobody's, in a time that doesn't tell."""
        scheme, _, offered = (header or "").partition(" ")
        if scheme.casefold() != "bearer":
            return None
        found = None
        for name, token in self._known:
            if hmac.compare_digest(offered.strip().encode(), token):
                found = name
        return found
