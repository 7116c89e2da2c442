"""The demonstration, step by step."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console

from plugin.bootstrap import now
from plugin.demo import loop, story
from plugin.demo.stage import Stage, stage, start_service
from plugin.sync.engine import Engine

LOOK = "SELECT Name, Vector_Explanation__c, Next_Step__c FROM Account WHERE Vector_Status__c = 'Off course' LIMIT 3"


class Headings:
    """Prints numbered headings."""

    def __init__(self, console: Console) -> None:
        self.console, self.number = console, 0

    def __call__(self, text: str) -> None:
        """Print the next heading."""
        self.number += 1
        self.console.print(f"\n[bold]{self.number}. {text}[/bold]", highlight=False)


def run(console: Console, home: Path, members: int, port: int, stay: Callable[[], None] | None) -> None:
    """Play the demonstration in the folder `home`/demo, then `stay` (None: end at once); nothing is left running.

    Raises UserError with one sentence where something is not as the story says.
    """
    began, heading = time.monotonic(), Headings(console)
    console.print("The whole loop on this machine: real parts, made-up members. Nothing leaves it.")
    heading("Start a PostgreSQL and a local Salesforce-compatible org")
    with stage(home, port) as on:
        console.print(f"The org answers on {on.org.url}; data lie in {on.folder}.", highlight=False, soft_wrap=True)
        engine = _fill(on, console, heading, members)
        _change(on, console, heading, engine)
        took = time.monotonic() - began
        console.print(f"\n[bold green]Everything held, in {took:.0f} s.[/bold green]", highlight=False)
        if stay:
            _say_what_next(on, console)
            stay()


def _fill(on: Stage, console: Console, heading: Headings, members: int) -> Engine:
    heading("Install our package into the org")
    prepared, deployed = story.install_package(on, console)
    heading(f"Put a made-up association of {members} members into the org")
    today = now().astimezone(ZoneInfo(on.org.org.settings.time_zone)).date()
    story.load_association(on, console, members, today)
    heading("Check the mapping against the org")
    engine = story.check_it(on, console, prepared, deployed)
    heading("First sync: read everything once")
    story.sync_first(engine, console)
    heading("Apply a success plan to members without a Desired Outcome")
    story.apply_plans(engine, console)
    heading("Score every member and write the results to the org")
    story.write_results(engine, console)
    heading("What the CRM shows now")
    story.show_results(on, console, members)
    return engine


def _change(on: Stage, console: Console, heading: Headings, engine: Engine) -> None:
    heading("Start the service: web and worker, as in production")
    start_service(on)
    on.count_writes()
    console.print(f"It is ready on {on.url}.", highlight=False)
    loop.quiet(on)
    heading("A milestone is achieved in the CRM")
    loop.achieve_in_crm(on, console, engine)
    heading("A goal is confirmed on our side")
    loop.confirm_here(on, console, engine)
    heading(f"The same notification arrives {loop.REPEATS} times more")
    loop.repeat_notification(on, console)


def _say_what_next(on: Stage, console: Console) -> None:
    """Print where everything is, and a change to try."""
    token = on.org.admin_token()
    lines = (
        f"Service      {on.url}/readyz and {on.url}/metrics",
        f"Local org    {on.org.url}  (Salesforce's REST, SOAP and Metadata APIs)",
        f"Staff token  {token}",
        f"Service log  {on.folder / 'service.log'}",
        "",
        "Look at the members that need somebody:",
        f"  curl -sG {on.org.url}/services/data/v66.0/query -H 'Authorization: Bearer {token}' \\",
        f'    --data-urlencode "q={LOOK}"',
        "Change any milestone there and read the account again: the score follows within seconds.",
        "Ctrl-C ends everything and removes the demo's data.",
    )
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
