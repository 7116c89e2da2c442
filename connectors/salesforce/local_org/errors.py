"""What the org answers when it refuses: Salesforce's codes, wording and shapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

STATUS_OF = {
    "INVALID_SESSION_ID": 401,
    "REQUEST_LIMIT_EXCEEDED": 403,
    "INSUFFICIENT_ACCESS": 403,
    "API_DISABLED_FOR_ORG": 403,
    "NOT_FOUND": 404,
    "ENTITY_IS_DELETED": 404,
    "METHOD_NOT_ALLOWED": 405,
    "PRECONDITION_FAILED": 412,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "UNKNOWN_EXCEPTION": 500,
    "SERVER_UNAVAILABLE": 503,
}


class OrgError(Exception):
    """A refusal with Salesforce's `code`, its message, the `fields` it is about and its HTTP `status`; `more` is what
    else the answer about a single record tells.
    """

    def __init__(
        self,
        code: str,
        message: str,
        fields: Sequence[str] = (),
        status: int | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        self.more = dict(more or {})
        self.code = code
        self.message = message
        self.fields = list(fields)
        self.status = status or STATUS_OF.get(code, 400)
        super().__init__(f"{code}: {message}")

    def body(self) -> dict[str, Any]:
        """Return the error as an entry of a REST error list; `fields` only where the error is about fields."""
        entry: dict[str, Any] = {**self.more, "message": self.message, "errorCode": self.code}
        if self.fields:
            entry["fields"] = self.fields
        return entry

    def row_body(self) -> dict[str, Any]:
        """Return the error as an entry of a collection's per-row result."""
        return {"statusCode": self.code, "message": self.message, "fields": self.fields}


def not_modelled(what: str, code: str = "API_DISABLED_FOR_ORG", status: int = 400) -> OrgError:
    """Return the refusal of something that Salesforce has and this org doesn't."""
    return OrgError(code, f"the local org does not model {what}", status=status)


def no_such_column(name: str, object_name: str) -> OrgError:
    """Return the refusal of a field that isn't there or that the user may not see."""
    return OrgError("INVALID_FIELD", f"No such column '{name}' on sobject of type {object_name}")
