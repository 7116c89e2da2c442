"""What happens around the saving of records: the places where validation rules, flows and messages join in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.schema import ObjectDef

if TYPE_CHECKING:
    from connectors.salesforce.local_org.work import Work

Row = dict[str, Any]


@dataclass
class Change:
    """One record on its way into the org: rows hold stored values by lower-case field name; `old` is None on create.

    A before-save hook may alter `new`. Setting `error` refuses this record and no other: what the chunk already did
    is undone and the chunk saved again without it, as Salesforce does.
    """

    object: ObjectDef
    old: Row | None
    new: Row
    error: OrgError | None = None

    @property
    def created(self) -> bool:
        """Whether the record is new."""
        return self.old is None

    def changed(self, field_name: str) -> bool:
        """Whether the field differs from what it was (on create: from null)."""
        name = field_name.lower()
        return bool((self.old or {}).get(name) != self.new.get(name))


Hook = Callable[["Work", Sequence[Change]], None]


@dataclass
class Hooks:
    """Called in order, inside the transaction: `before_save` before values are checked and written, `after_save` when
    the rows are written. What should happen only once everything is committed goes to `work.after_commit`.
    """

    before_save: list[Hook] = field(default_factory=list)
    after_save: list[Hook] = field(default_factory=list)
