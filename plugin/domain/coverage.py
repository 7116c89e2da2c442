"""Coverage: the resources deployed for members who share an Appropriate Experience."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CoverageSegment:
    """A segment; `model` is inbound, asynchronous, synchronous, task_force or own, `playbook` its field's text."""

    name: str
    model: str | None = None
    playbook: str = ""
