"""Which systems a notification may come from, by the secret at the end of its address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from plugin.settings import Settings
from plugin.web.rotating import RotatingSecrets

SHORTEST_SECRET = 32


class Configured(Protocol):
    """A system that may notify us."""

    @property
    def settings(self) -> Settings:
        """The settings that hold for it."""


class Doors:
    """The secrets of every system: its own, or the common ones. A secret opens for its systems and no other."""

    def __init__(self, configured: Mapping[str, Configured]) -> None:
        """Raise UserError for secrets that can't be read, or that are too few, too many or too short."""
        self._secrets = {name: _secrets(one.settings) for name, one in configured.items()}

    def opened_by(self, secret: str) -> list[str]:
        """Return the systems that the secret is good for now, in a time that doesn't tell how near it comes."""
        return [name for name, secrets in self._secrets.items() if secrets.knows(secret)]


def _secrets(settings: Settings) -> RotatingSecrets:
    given, file = settings.webhook_secrets, settings.webhook_secrets_file
    return RotatingSecrets(settings.webhooks_named, given, file, SHORTEST_SECRET)
