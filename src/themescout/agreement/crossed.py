"""Coefficients from tables that cross two coders' values.

A table has shape (…, V, V): rows are the first coder's values, columns the second's; leading axes are draws. Where a
coefficient is not defined it is nan; nobody outside this package sees that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from themescout.agreement.figures import MISSING

if TYPE_CHECKING:
    from themescout.agreement.figures import Floats, Integers


def crossed(first: Integers, second: Integers, groups: Integers, shape: tuple[int, int]) -> Floats:
    """One table for each group, of the segments that both coders decided. `shape` = number of groups, of values."""
    number, values = shape
    both = (first != MISSING) & (second != MISSING)
    tables = np.zeros((number, values, values))
    np.add.at(tables, (groups[both], first[both], second[both]), 1.0)
    return tables


def percent(tables: Floats) -> Floats:
    """Share of segments with the same value, 0..1."""
    return _over(_diagonal(tables), _total(tables))


def positive(tables: Floats) -> Floats:
    """2a / (2a + b + c) of a table of 0 and 1 (Cicchetti & Feinstein 1990, doi 10.1016/0895-4356(90)90159-M)."""
    return _of_one_value(tables, 1)


def negative(tables: Floats) -> Floats:
    """2d / (2d + b + c), the same for what neither coder gave."""
    return _of_one_value(tables, 0)


def kappa(tables: Floats) -> Floats:
    """Cohen's kappa, -1..1 (Cohen 1960, doi 10.1177/001316446002000104)."""
    rows, columns, total = tables.sum(-1), tables.sum(-2), _total(tables)
    # Multiplied by the square of the total: counts stay whole numbers, and what is 0 is exactly 0.
    chance = (rows * columns).sum(-1)
    return _over(total * _diagonal(tables) - chance, total**2 - chance)


def ac1(tables: Floats) -> Floats:
    """Gwet's AC1, -1..1 (Gwet 2008, doi 10.1348/000711006X126600, equations 1 to 5)."""
    values = tables.shape[-1]
    share = _over(tables.sum(-1) + tables.sum(-2), 2 * _total(tables)[..., None])
    chance = (share * (1 - share)).sum(-1) / (values - 1)
    return _over(percent(tables) - chance, 1 - chance)


def _of_one_value(tables: Floats, value: int) -> Floats:
    agreed = tables[..., value, value]
    return _over(2 * agreed, tables[..., value, :].sum(-1) + tables[..., :, value].sum(-1))


def _diagonal(tables: Floats) -> Floats:
    found: Floats = np.trace(tables, axis1=-2, axis2=-1)
    return found


def _total(tables: Floats) -> Floats:
    found: Floats = tables.sum((-2, -1))
    return found


def _over(above: Floats, below: Floats) -> Floats:
    """The quotient, nan where it is one by nothing."""
    above, below = np.broadcast_arrays(np.asarray(above, np.float64), np.asarray(below, np.float64))
    found: Floats = np.divide(above, below, out=np.full(above.shape, np.nan), where=np.abs(below) > 1e-12)
    return found
