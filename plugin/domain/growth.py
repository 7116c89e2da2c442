"""Growth from within: net and gross revenue retention and logo churn of a cohort over a period, with every movement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from plugin.domain.dues import NO_GRACE, NOTHING, MemberDues
from plugin.errors import UserError

MOVEMENTS = ("expansion", "contraction", "churned", "new")


@dataclass(frozen=True)
class Movement:
    """How a member's yearly dues differ between both days; `kind` is one of `MOVEMENTS`, `amount` is never negative.

    `on` is the day within the period from which the member has paid what is paid at its end.
    """

    member: str
    name: str
    kind: str
    before: Decimal
    after: Decimal
    on: date

    @property
    def amount(self) -> Decimal:
        """The size of the movement, in money a year."""
        return abs(self.after - self.before)


@dataclass(frozen=True)
class Growth:
    """Retention of the yearly dues in force on `opens`, seen on `closes`. New members count in none of the rates.

    Money is a year's; `members` paid on the first day, `lost` of them pay nothing on the last. The rates are None where
    nothing was paid on the first day.
    """

    opens: date
    closes: date
    start: Decimal
    members: int
    lost: int
    joined: int
    movements: tuple[Movement, ...]

    def total(self, kind: str) -> Decimal:
        """Return the sum of the movements of a kind."""
        return sum((one.amount for one in self.movements if one.kind == kind), NOTHING)

    @property
    def end(self) -> Decimal:
        """What the members of the first day pay on the last."""
        return self.start + self.total("expansion") - self.total("contraction") - self.total("churned")

    @property
    def net(self) -> Fraction | None:
        """NRR: (start + expansion - contraction - churned) / start."""
        return self._of_start(self.end)

    @property
    def gross(self) -> Fraction | None:
        """GRR: (start - contraction - churned) / start; never above 1."""
        return self._of_start(self.start - self.total("contraction") - self.total("churned"))

    @property
    def revenue_churn(self) -> Fraction | None:
        """The share of the dues that left with members."""
        return self._of_start(self.total("churned"))

    @property
    def logo_churn(self) -> Fraction | None:
        """The share of the members that left."""
        return Fraction(self.lost, self.members) if self.members else None

    def _of_start(self, amount: Decimal) -> Fraction | None:
        return Fraction(amount) / Fraction(self.start) if self.start else None


def growth(
    cohort: Iterable[MemberDues], opens: date, closes: date, grace: timedelta = NO_GRACE, known_by: date | None = None
) -> Growth:
    """Return the growth of a cohort from one day to another, by what was known on `known_by` (default: all is known).

    Raises UserError when the period does not run forward.
    """
    if closes <= opens:
        raise UserError(f"The period runs from {opens} to {closes}: the last day must come after the first.")
    known = known_by or date.max
    movements, start, members, lost, joined = [], NOTHING, 0, 0, 0
    for dues in cohort:
        before, after = dues.yearly_on(opens, known, grace), dues.yearly_on(closes, known, grace)
        start += before
        members += before > 0
        lost += before > 0 >= after
        joined += before <= 0 < after
        if before != after:
            on = _since(dues, after, (opens, closes), grace, known)
            movements.append(Movement(dues.member, dues.name, _kind(before, after), before, after, on))
    movements.sort(key=lambda one: (MOVEMENTS.index(one.kind), -one.amount, one.name, one.member))
    return Growth(opens, closes, start, members, lost, joined, tuple(movements))


def _kind(before: Decimal, after: Decimal) -> str:
    if before <= 0:
        return "new"
    if after <= 0:
        return "churned"
    return "expansion" if after > before else "contraction"


def _since(dues: MemberDues, after: Decimal, days: tuple[date, date], grace: timedelta, known: date) -> date:
    """Return the first day of the last stretch, within the period, on which the member pays what is paid at its end."""
    opens, closes = days
    since = closes
    for day in reversed(_turns(dues, opens, closes, grace)):
        if dues.yearly_on(day, known, grace) != after:
            break
        since = day
    return since


def _turns(dues: MemberDues, opens: date, closes: date, grace: timedelta) -> Sequence[date]:
    """Return the days within the period on which the dues can have changed, in order."""
    a_day = timedelta(days=1)
    days = {one.start for one in dues.periods} | {one.end + a_day for one in dues.periods}
    days |= {one.end + grace + a_day for one in dues.periods} | ({dues.ended_on} if dues.ended_on else set())
    return sorted(day for day in days if opens < day <= closes)
