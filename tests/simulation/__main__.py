"""`python -m tests.simulation --seeds 1000-2000` plays those seeds and prints every story that ends badly."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from plugin.logs import set_up
from plugin.store import migrate
from plugin.store.embedded import EmbeddedPostgres
from tests.simulation.story import BLOCK, open_database, tell


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", default="0-199", help="first-last")
    parser.add_argument("--most", type=int, default=5, help="stop after so many failing seeds")
    parser.add_argument("--quiet", action="store_true", help="print the problems only, not the stories")
    options = parser.parse_args()
    set_up("error")
    first, _, last = options.seeds.partition("-")
    failed = 0
    with TemporaryDirectory() as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres", durable=False)
        server.start()
        try:
            database = open_database(server.create_database("simulation"))
            migrate.upgrade(database)
            started = time.monotonic()
            blocks = range(int(first) // BLOCK, int(last or first) // BLOCK + 1)
            for block in blocks:
                for told in tell(database, block):
                    if last or told.seed == int(first):
                        failed += 1
                        print("\n".join([f"seed {told.seed}:", *told.problems]) if options.quiet else told, flush=True)
                if failed >= options.most:
                    break
            seconds = time.monotonic() - started
            played = (block - blocks.start + 1) * BLOCK
            print(f"{played} seeds, {failed} failed, {seconds:.1f} s, {seconds / played * 1000:.0f} ms a seed")
            database.dispose()
        finally:
            server.remove()
    return 1 if failed else 0


sys.exit(main())
