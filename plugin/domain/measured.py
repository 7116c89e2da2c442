"""The quantities of the definition, in columns: what `success_vector.py` measures of every case."""

from __future__ import annotations

from dataclasses import dataclass

from plugin.domain.dated import Bools, Floats, Ints


@dataclass(frozen=True)
class Terms:
    """What the movement of each case is made of: a is `progress`, b the sum of the others; none is negative.

    The first four have a value a milestone, the last two a value a case.
    """

    progress: Floats
    reversal: Floats
    overdue: Floats
    accountability: Floats
    experience: Floats
    condition: Floats


@dataclass(frozen=True)
class Measured:
    """The definition's quantities, a value a case; `known` of `elements` requirements have been assessed."""

    terms: Terms
    a: Floats
    b: Floats
    called_for: Floats
    p: Floats
    q: Floats
    score: Floats
    score_low: Floats
    arrived: Bools
    breached: Bools
    due_uncredited: Bools
    gap: Ints
    last_raise: Ints
    known: Floats
    elements: Floats
