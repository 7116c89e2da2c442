"""Which of the association's systems a command is for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

import click

from mappings.reports import nearest
from plugin.bootstrap import Configured
from plugin.errors import SuccessVectorError, UserError

Answer = TypeVar("Answer")
for_one_or_all = click.option("--system", "only", metavar="NAME", help="Only this system; all of them without it.")
for_one = click.option("--system", "only", metavar="NAME", help="Which system, where there are several.")


def chosen(systems: Mapping[str, Configured], only: str | None) -> list[str]:
    """Return the names of the systems that are meant: the one named, or all. Raises UserError for an unknown name."""
    if only is None:
        return list(systems)
    if only not in systems:
        raise UserError(f"There is no system {only!r}: use {nearest(only, systems)}.")
    return [only]


def the_one(systems: Mapping[str, Configured], only: str | None) -> Configured:
    """Return the system that is meant. Raises UserError where several may be."""
    names = chosen(systems, only)
    if len(names) > 1:
        raise UserError(f"There are several systems: say which with --system {' or --system '.join(names)}.")
    return systems[names[0]]


def each(names: list[str], act: Callable[[str], Answer]) -> dict[str, Answer]:
    """Do something for each system, and return what came of it, by name.

    Where one of several fails the others are done all the same; then UserError is raised with what failed.
    """
    if len(names) == 1:
        return {names[0]: act(names[0])}
    done, failed = dict[str, Answer](), list[str]()
    for name in names:
        try:
            done[name] = act(name)
        except SuccessVectorError as error:
            click.echo(f"{name}: {error}", err=True)
            failed.append(name)
    if failed:
        rest = f" {', '.join(done)} went well." if done else ""
        raise UserError(f"{' and '.join(failed)} failed, as said above.{rest}")
    return done
