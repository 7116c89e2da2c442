"""A backfill that is killed, as by `kill -9`, on its second page at the point named on its command line."""

from __future__ import annotations

import os
import signal
import sys

from plugin.bootstrap import check_system, engine_of, open_services
from plugin.settings import Settings
from plugin.sync import backfill
from plugin.sync.points import Point
from plugin.sync.walking import walk_on


def main(fatal: str) -> None:
    """Go on with the backfill that is under way, with the settings of the environment."""
    passed = 0

    def passing(point: Point) -> None:
        nonlocal passed
        passed += point == fatal
        if passed == 2:
            os.kill(os.getpid(), signal.SIGKILL)

    services = open_services(Settings())
    walk_on(
        engine_of(services, check_system(services).require(), passing),
        "salesforce",
        "backfill",
        backfill.step,
        lambda _: None,
    )
    services.close()


main(sys.argv[1])
