"""The figures of a soak as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks.soak.lag import Burst, Lag
from benchmarks.soak.order import Order

MOST_PROBLEMS = 50


def markdown(
    order: Order,
    done: Mapping[str, int],
    told: Mapping[str, Mapping[str, int]],
    bursts: list[Burst],
    lag: Lag,
    problems: list[str],
) -> str:
    """Return what was done, what is `told` of each subject, what was lost or doubled, and the lag of each burst."""
    rows = [(name, f"{number:,}") for name, number in sorted(done.items())]
    for subject, counted in told.items():
        rows += [(f"{subject}: {name}", f"{number:,}") for name, number in sorted(counted.items()) if number]
    rows.append(("**lost or doubled**", f"**{len(problems):,}**"))
    lines = [f"`{order.command}`", "", *_table(("what", "how many"), rows), "", *_of_bursts(bursts, lag), ""]
    return "\n".join([*lines, *(f"- {words}" for words in problems[:MOST_PROBLEMS])])


def _of_bursts(bursts: list[Burst], lag: Lag) -> list[str]:
    ends = [one.began for one in bursts[1:]] + [float("inf")]
    rows = [
        (
            str(number),
            f"{one.edits:,}",
            f"{one.edits / (one.ended - one.began):.0f}",
            f"{lag.most(one, until):.1f} s",
            f"{lag.behind_for(one, until):.0f} s",
        )
        for number, (one, until) in enumerate(zip(bursts, ends, strict=True), 1)
    ]
    return _table(("burst", "edits", "edits a second", "longest lag", "10 s or more until, after its end"), rows)


def _table(headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    return [f"| {' | '.join(one)} |" for one in (headings, ("---",) * len(headings), *rows)]
