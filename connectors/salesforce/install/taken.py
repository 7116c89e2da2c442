"""What an admin asks to have as ours again: `--take TYPE:NAME`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase

from connectors.salesforce.install.metadata import ComponentName
from plugin.errors import UserError


def refuse_unknown(take: Sequence[str], ours: Iterable[ComponentName]) -> None:
    """Raise UserError, with the nearest name, where `--take` names nothing that we ship."""
    names = [f"{kind}:{name}" for kind, name in ours]
    for wanted in take:
        if not any(fnmatchcase(name, wanted) for name in names):
            near = get_close_matches(wanted, names, 1, 0.3)
            raise UserError(
                f"--take {wanted} names nothing that we ship. "
                + (f"Did you mean {near[0]}? " if near else "")
                + "The plan shows the names under `Yours, kept`. Nothing was changed."
            )
