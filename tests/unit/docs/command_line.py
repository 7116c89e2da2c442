"""The commands and options that there are."""

from collections.abc import Iterator

import click

from plugin.cli import commands


def every_command() -> Iterator[tuple[str, click.Command]]:
    """Yield each command with what is typed after `success-vector`, subcommands after their group."""
    yield from _below(commands, "")


def _below(group: click.Group, prefix: str) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield f"{prefix}{name}", command
        if isinstance(command, click.Group):
            yield from _below(command, f"{prefix}{name} ")


def options_of(command: click.Command) -> set[str]:
    """Return a command's options, as they are typed."""
    return {name for one in command.params if isinstance(one, click.Option) for name in one.opts}


def section_for(name: str, command: click.Command) -> str:
    """Return a draft of what docs/commands.md has to say of a command, in the command's own words."""
    rows = [f"| `{one.opts[0]}` | {one.help} |" for one in command.params if isinstance(one, click.Option)]
    table = ["| option | what it does |", "| --- | --- |", *rows] if rows else []
    return "\n".join([f"### {name}", "", f"`success-vector {name}`: {command.help}", "", *table])
