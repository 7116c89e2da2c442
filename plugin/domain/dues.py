"""Dues: what a member pays a year, from dated periods. They measure growth and decide neither segment nor score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

CENT = Decimal("0.01")
NOTHING = Decimal("0.00")
A_YEAR_IN_DAYS = 365
NO_GRACE = timedelta(0)


@dataclass(frozen=True)
class DuesPeriod:
    """An amount paid for the days `start` to `end`, both included; `recorded_on` is the day on which we knew."""

    start: date
    end: date
    amount: Decimal
    recorded_on: date | None = None

    @property
    def yearly(self) -> Decimal:
        """The amount for a year, to the cent: by whole months where the period has them, else by days."""
        after = self.end + timedelta(days=1)
        months = (after.year - self.start.year) * 12 + after.month - self.start.month
        whole = months > 0 and after.day == self.start.day
        share = Decimal(12) / months if whole else Decimal(A_YEAR_IN_DAYS) / (after - self.start).days
        return (self.amount * share).quantize(CENT, ROUND_HALF_EVEN)


@dataclass(frozen=True)
class MemberDues:
    """A member's dues, and what a cohort can be chosen by. Periods that overlap are paid side by side."""

    member: str
    periods: tuple[DuesPeriod, ...]
    name: str = ""
    kind: str | None = None
    joined_on: date | None = None
    ended_on: date | None = None
    segment: str | None = None
    owner: str | None = None

    def known_by(self, day: date) -> tuple[DuesPeriod, ...]:
        """Return the periods recorded by `day`; one without a day of recording counts as known."""
        return tuple(one for one in self.periods if one.recorded_on is None or one.recorded_on <= day)

    def yearly_on(self, day: date, known_by: date, grace: timedelta = NO_GRACE) -> Decimal:
        """Return what the member pays a year on `day`, by what was known on `known_by`; never below nothing.

        A period counts `grace` longer, unless a later one has begun. The end of the membership ends what began
        before it.
        """
        known = self.known_by(known_by)
        running = [one for one in known if one.start <= day <= one.end]
        if not running and grace:
            running = _lately_ended(known, day, grace)
        return max(NOTHING, sum((one.yearly for one in running if not self._ended(one, day)), NOTHING))

    def _ended(self, period: DuesPeriod, day: date) -> bool:
        return self.ended_on is not None and period.start < self.ended_on <= day


def _lately_ended(periods: Sequence[DuesPeriod], day: date, grace: timedelta) -> list[DuesPeriod]:
    """Return the periods that ended last, if that was within the grace before `day`."""
    ended = [one for one in periods if one.end < day]
    last = max((one.end for one in ended), default=None)
    if last is None or day - last > grace:
        return []
    return [one for one in ended if one.end == last]
