"""Access tokens: who has signed in, and until when."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

from connectors.salesforce.local_org.errors import OrgError


@dataclass(frozen=True)
class Session:
    """One sign-in; `expires` in seconds of the machine's clock."""

    token: str
    user_id: str
    expires: float


class Sessions:
    """The tokens that are good now. They don't outlive the server, as none outlives an org's restart of sessions."""

    def __init__(self, org_id: str, lifetime_seconds: float = 7200.0) -> None:
        self._org_id = org_id
        self._sessions: dict[str, Session] = {}
        self._refresh: dict[str, str] = {}
        self.lifetime_seconds = lifetime_seconds

    def begin(self, user_id: str, lifetime_seconds: float | None = None) -> Session:
        """Return a new session of the user."""
        token = f"{self._org_id[:15]}!{secrets.token_urlsafe(64)}"
        session = Session(token, user_id, time.time() + (lifetime_seconds or self.lifetime_seconds))
        self._sessions[token] = session
        return session

    def of(self, token: str | None) -> Session:
        """Return the session that a token stands for; an unknown or expired one is refused."""
        session = self._sessions.get(token or "")
        if session is None or session.expires <= time.time():
            raise OrgError("INVALID_SESSION_ID", "Session expired or invalid")
        return session

    def refresh_token(self, user_id: str) -> str:
        """Return a token by which new sessions of the user may be had until it is revoked."""
        token = f"5Aep861{secrets.token_urlsafe(48)}"
        self._refresh[token] = user_id
        return token

    def user_of_refresh(self, token: str) -> str | None:
        """Return the id of the user whom a refresh token is for."""
        return self._refresh.get(token)

    def end(self, token: str) -> bool:
        """Make an access or refresh token worthless; False when it already was."""
        return (self._sessions.pop(token, None) or self._refresh.pop(token, None)) is not None

    def end_all(self) -> None:
        """Make every token worthless, as an administrator may."""
        self._sessions.clear()
