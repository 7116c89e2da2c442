"""Scoring: facts in bulk from the store, through the domain, into members' calculated fields."""

from plugin.scoring.facts import facts
from plugin.scoring.rescore import Rescored, rescore

__all__ = ["Rescored", "facts", "rescore"]
