"""The forecast as a fan: the mean and its 10 to 90% range, growing over 90 days, and month by month."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from plugin.charts.drawn import Drawn, empty, figure, styled
from plugin.charts.style import LINES, OURS
from plugin.domain.forecast import MONTH, Forecast
from plugin.domain.forecast_parts import HORIZONS


def forecast_fan(forecast: Forecast) -> Drawn:
    """Draw a forecast; the description says what share of it is assumed."""
    title = f"Expansion to count on from {forecast.as_of.isoformat()}"
    totals = [forecast.total(days) for days in HORIZONS]
    with styled():
        drawn = figure(8.4, 4.0)
        if not totals[-1].mean:
            axes = drawn.add_subplot()
            axes.set_title(title)
            empty(axes, "No open milestone of a member with a goal has an offer with a value.")
            return Drawn(drawn, title, "There is nothing to forecast: no open milestone has an offer with a value.")
        left, right = drawn.subplots(1, 2, width_ratios=(3, 2))
        _fan(left, forecast)
        _months(right, forecast)
        left.set_title(title)
        right.set_title("Month by month")
    assumed = totals[-1].assumed / totals[-1].mean if totals[-1].mean else 0
    said = "; ".join(f"within {one.days} days {one.mean:,.0f} ({one.low:,.0f} to {one.high:,.0f})" for one in totals)
    return Drawn(drawn, title, f"Money a year, mean and 10 to 90% range: {said}. {assumed:.0%} of it is assumed.")


def _fan(axes: Axes, forecast: Forecast) -> None:
    totals = [forecast.total(days) for days in HORIZONS]
    days = [0, *HORIZONS]
    mean, low, high = ([0.0, *(float(getattr(one, name)) for one in totals)] for name in ("mean", "low", "high"))
    axes.fill_between(days, low, high, color=LINES[0], alpha=0.22, linewidth=0, label="10 to 90%")
    axes.plot(days, mean, "o-", color=OURS, linewidth=2.2, label="mean")
    for day, value in zip(HORIZONS, mean[1:], strict=True):
        axes.annotate(f"{value:,.0f}", (day, value), xytext=(-4, 7), textcoords="offset points", ha="right", fontsize=9)
    axes.set(xlim=(0, HORIZONS[-1] + 4), ylim=(0, None), xticks=days)
    axes.set_xlabel("days ahead")
    axes.set_ylabel("money a year")
    axes.legend(loc="upper left")
    _plain(axes)


def _months(axes: Axes, forecast: Forecast) -> None:
    lines = forecast.split(MONTH, HORIZONS[-1])
    mean = [float(one.mean) for one in lines]
    below = [max(0.0, float(one.mean - one.low)) for one in lines]
    above = [max(0.0, float(one.high - one.mean)) for one in lines]
    axes.bar([one.name for one in lines], mean, color=LINES[0], width=0.6)
    axes.errorbar(range(len(lines)), mean, yerr=[below, above], fmt="none", ecolor="#1f2933", capsize=4, linewidth=1.4)
    axes.set_ylim(0, None)
    _plain(axes)


def _plain(axes: Axes) -> None:
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.grid(visible=True, axis="y")
