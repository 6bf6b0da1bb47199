"""Estimates: what something takes at the least, likely, and at the most."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

Amount = TypeVar("Amount", float, Decimal)


@dataclass(frozen=True)
class Estimate(Generic[Amount]):
    """Seconds (float) or US dollars (Decimal), with `low` ≤ `likely` ≤ `high`."""

    low: Amount
    likely: Amount
    high: Amount

    def __add__(self, other: "Estimate[Amount]") -> "Estimate[Amount]":
        """Both, one after the other."""
        return Estimate(self.low + other.low, self.likely + other.likely, self.high + other.high)

    def times(self, factor: Amount) -> "Estimate[Amount]":
        """As often as `factor` says."""
        return Estimate(self.low * factor, self.likely * factor, self.high * factor)


def exactly(amount: Amount) -> Estimate[Amount]:
    """An estimate that is certain."""
    return Estimate(amount, amount, amount)
