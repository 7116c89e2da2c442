"""2,000 seeds of people, faults and time: afterwards all sides agree, and nothing was lost or doubled."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.simulation.story import BLOCK, tell

SEEDS = 2000


@pytest.mark.parametrize("block", range(SEEDS // BLOCK))
def test_all_sides_agree_once_it_goes_quiet_and_nothing_was_lost_or_doubled(simulated: sa.Engine, block: int):
    told = tell(simulated, block)
    assert not told, "\n\n".join(map(str, told))
