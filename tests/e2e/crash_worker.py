"""A worker that is killed, as by `kill -9`, when it passes the point named on its command line; run by a test."""

from __future__ import annotations

import os
import signal
import sys

from plugin.bootstrap import check_system, engine_of, open_services
from plugin.settings import Settings
from plugin.sync.points import Point


def main(fatal: str) -> None:
    """Drain once with the settings of the environment."""

    def passing(point: Point) -> None:
        if point == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    services = open_services(Settings())
    engine_of(services, check_system(services).require(), passing).drain("salesforce")
    services.close()


main(sys.argv[1])
