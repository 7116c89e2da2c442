"""What the contract suite needs of a system besides its connector: a door through which other people work there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from connectors.base import Connector, Scalar


class World(Protocol):
    """A running system with an object that has a text, a unique key and a choice that takes some values only."""

    connector: Connector
    object: str
    text: str
    key: str
    choice: str
    good_choice: str
    bad_choice: str

    def add(self, rows: Sequence[Mapping[str, Scalar]]) -> list[str]:
        """Create rows as somebody else, all at the same moment; return their ids."""

    def edit(self, record_id: str, values: Mapping[str, Scalar]) -> None:
        """Change a row as somebody else."""

    def delete(self, record_id: str) -> None:
        """Delete a row as somebody else."""

    def merge(self, loser: str, winner: str) -> None:
        """Merge one row into another as somebody else."""

    def nobodys_id(self) -> str:
        """Return an id that looks right and that no row has."""

    def later(self, seconds: float) -> None:
        """Let time pass in the system."""

    def end_sessions(self) -> None:
        """Make every session worthless."""

    def use_up_calls(self) -> None:
        """Let the next call find the quota used up."""

    def cut(self, when: str) -> None:
        """Break the connection of the next write: "before" anything was done, or "after" all of it."""

    def lock_up(self, times: int) -> None:
        """Let the next calls find what they want locked, or the server busy."""
