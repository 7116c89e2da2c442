"""`python -m benchmarks [NAME ...]`: measure, and print each table with the command that repeats it.

`python -m benchmarks soak --minutes 30` is run by itself: it takes as long as it says.
"""

from __future__ import annotations

import platform
import sys

from rich.console import Console
from rich.table import Table

from benchmarks import due_set, first_sync, forecast_ranges, local_org_load, portfolio, scoring
from benchmarks.soak import run as soak

BENCHMARKS = {
    "scoring": scoring.measure,
    "due_set": due_set.measure,
    "first_sync": first_sync.measure,
    "forecast_ranges": forecast_ranges.measure,
    "local_org_load": local_org_load.measure,
    "portfolio": portfolio.measure,
}


def main() -> None:
    """Run the benchmarks that are named, or all."""
    if sys.argv[1:2] == ["soak"]:
        sys.exit(soak.main(sys.argv[2:]))
    wanted = sys.argv[1:] or list(BENCHMARKS)
    unknown = [name for name in wanted if name not in BENCHMARKS]
    if unknown:
        sys.exit(f"There is no benchmark {unknown[0]}. There are: {', '.join(BENCHMARKS)}, soak.")
    console = Console()
    console.print(f"Python {platform.python_version()} on {platform.machine()}. Compare ratios, not seconds.")
    for name in wanted:
        figures = BENCHMARKS[name]()
        table = Table(title=figures.title, caption=f"again: python -m benchmarks {name}")
        for heading in figures.headings:
            table.add_column(heading, justify="right")
        for row in figures.rows:
            table.add_row(*row)
        console.print(table)


if __name__ == "__main__":
    main()
