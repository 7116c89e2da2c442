"""The `success-vector` command: one file a command, each calling what lies below."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from plugin import __version__
from plugin.errors import SuccessVectorError

COMMANDS = {
    "demo": "plugin.cli.demo:demo",
    "local-org": "plugin.cli.local_org:local_org",
    "install": "plugin.cli.install:install",
    "upgrade": "plugin.cli.upgrade:upgrade",
    "uninstall": "plugin.cli.uninstall:uninstall",
    "check": "plugin.cli.check:check",
    "migrate": "plugin.cli.migrate:migrate",
    "sync": "plugin.cli.sync:sync",
    "reconcile": "plugin.cli.reconcile:reconcile",
    "serve": "plugin.cli.serve:serve",
    "worker": "plugin.cli.worker:worker",
    "status": "plugin.cli.status:status",
    "review": "plugin.cli.review:review",
    "unmatched": "plugin.cli.link:unmatched",
    "link": "plugin.cli.link:link",
    "unlink": "plugin.cli.link:unlink",
    "relink": "plugin.cli.link:relink",
    "decisions": "plugin.cli.decisions:decisions_command",
    "brakes": "plugin.cli.brakes:brakes",
    "letters": "plugin.cli.letters:letters",
    "replay": "plugin.cli.letters:replay",
    "drop": "plugin.cli.letters:drop",
    "history": "plugin.cli.history:history",
    "erase": "plugin.cli.erase:erase",
    "score": "plugin.cli.score:score",
    "growth": "plugin.cli.growth:growth_command",
    "coverage": "plugin.cli.coverage:coverage_command",
    "capacity": "plugin.cli.capacity:capacity_command",
    "forecast": "plugin.cli.forecast:forecast_command",
    "objectives": "plugin.cli.objectives:objectives_command",
    "engagement-mix": "plugin.cli.engagement_mix:engagement_mix_command",
    "results": "plugin.cli.results:results_command",
    "backtest": "plugin.cli.backtest:backtest_command",
    "plans": "plugin.cli.plans:plans",
    "personas": "plugin.cli.personas:personas_command",
    "playbook": "plugin.cli.playbook:playbook_command",
    "expectations": "plugin.cli.expectations:expectations_command",
    "handover": "plugin.cli.handover:handover_command",
    "workbook": "plugin.cli.workbook:workbook",
    "charts": "plugin.cli.charts:charts_command",
}


class LazyCommands(click.Group):
    """A group that imports a command's file only when the command is used, so that each starts quickly."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands' names in the order of use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.group(cls=LazyCommands)
@click.version_option(__version__, prog_name="success-vector")
def commands() -> None:
    """Member Success for the CRM that your association already has."""


def main() -> None:
    """Run the command line; an error of ours is a sentence on stderr and exit code 1."""
    try:
        commands.main(standalone_mode=False)
    except click.exceptions.Exit as exit_:
        sys.exit(exit_.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)
    except SuccessVectorError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
