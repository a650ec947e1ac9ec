"""Many small linear programmes at once: a primal simplex whose every step is one array step.

Depends on numpy only. Each programme is  max r.x : C x <= b, sum x <= 1, x >= 0  with b >= 0, so
x = 0 is feasible and no first phase is needed. Tables hold one column for each non-basic variable
(Jordan exchange). Dantzig's rule picks the entering variable, ties by position; after
`PATIENCE` exchanges Bland's rule takes over, under which degenerate programmes cannot cycle.
"""

from dataclasses import dataclass

import numpy as np

from gitledger.routing.board import Bools, Floats, Whole

EPSILON = 1e-10  # rounding of tables whose entries are of the order of 1
PATIENCE = 24
MOST_EXCHANGES = 10_000


@dataclass(frozen=True, slots=True)
class Solutions:
    """Optima of R programmes: `value` (R,), `share` (A, R), `price` (J, R), `round_price` (R,).

    `price` is the reward one more unit of a resource's per-round limit would buy, `round_price`
    the reward of one more unit of `sum x`.
    """

    value: Floats
    share: Floats
    price: Floats
    round_price: Floats


@dataclass(slots=True)
class _Tables:
    """Programmes still open: `cells` (J+2, A+1, R); labels below A are arms, others slacks."""

    cells: Floats
    columns: Whole
    rows: Whole
    where: Whole

    def keep(self, mask: Bools) -> "_Tables":
        return _Tables(
            self.cells[:, :, mask], self.columns[:, mask], self.rows[:, mask], self.where[mask]
        )


def solve(reward: Floats, cost: Floats, limit: Floats) -> Solutions:
    """Solve R programmes: `reward` (A, R), `cost` (A, J, R) >= 0, `limit` (J, R) >= 0."""
    arms, resources, size = cost.shape
    peak = np.maximum(reward.max(axis=0, initial=0.0), 0.0)
    unit = np.where(peak > 0, peak, 1.0)
    scale = cost.max(axis=0, initial=0.0)
    scale = np.where(scale > 0, scale, 1.0)
    tables = _first_tables(reward / unit, cost / scale, limit / scale)
    share, slack = np.zeros((arms, size)), np.zeros((resources + 1, size))
    rounds = 0
    while tables.where.size:
        steps = tables.cells[-1, :-1]
        finished = np.asarray((steps >= -EPSILON).all(axis=0))
        if finished.any():
            _read_off(tables.keep(finished), share, slack)
            tables = tables.keep(~finished)
            continue
        if rounds == MOST_EXCHANGES:
            raise ArithmeticError(f"{tables.where.size} programmes found no end")
        _exchange(tables, bland=rounds >= PATIENCE)
        rounds += 1
    value = (share * reward).sum(axis=0)
    return Solutions(value, share, slack[:-1] * unit / scale, slack[-1] * unit)


def _first_tables(reward: Floats, cost: Floats, limit: Floats) -> _Tables:
    arms, resources, size = cost.shape
    cells = np.zeros((resources + 2, arms + 1, size))
    cells[:resources, :arms] = cost.transpose(1, 0, 2)
    cells[:resources, arms] = np.maximum(limit, 0.0)
    cells[resources] = 1.0
    cells[-1, :arms] = -reward
    columns = np.repeat(np.arange(arms)[:, None], size, axis=1)
    rows = np.repeat(np.arange(arms, arms + resources + 1)[:, None], size, axis=1)
    return _Tables(cells, columns, rows, np.arange(size))


def _exchange(tables: _Tables, *, bland: bool) -> None:
    cells, every = tables.cells, np.arange(tables.where.size)
    steps = cells[-1, :-1]
    if bland:
        enter = np.where(steps < -EPSILON, tables.columns, np.iinfo(np.int64).max).argmin(axis=0)
    else:
        enter = steps.argmin(axis=0)
    column = cells[:, enter, every]
    rising = column[:-1] > EPSILON
    ratio = np.full(rising.shape, np.inf)
    np.divide(cells[:-1, -1], column[:-1], out=ratio, where=rising)
    if bland:
        tied = ratio <= ratio.min(axis=0) + EPSILON
        leave = np.where(tied, tables.rows, np.iinfo(np.int64).max).argmin(axis=0)
    else:
        leave = ratio.argmin(axis=0)
    pivot = column[leave, every]
    row = cells[leave, :, every].T / pivot
    cells -= column[:, None, :] * row[None, :, :]
    cells[leave, :, every] = row.T
    cells[:, enter, every] = -column / pivot
    cells[leave, enter, every] = 1.0 / pivot
    np.maximum(cells[:-1, -1], 0.0, out=cells[:-1, -1])
    gone = tables.rows[leave, every]
    tables.rows[leave, every] = tables.columns[enter, every]
    tables.columns[enter, every] = gone


def _read_off(tables: _Tables, share: Floats, slack: Floats) -> None:
    arms = share.shape[0]
    for labels, level in zip(tables.rows, tables.cells[:-1, -1], strict=True):
        basic = labels < arms
        share[labels[basic], tables.where[basic]] = level[basic]
    for labels, level in zip(tables.columns, tables.cells[-1, :-1], strict=True):
        tight = labels >= arms
        slack[labels[tight] - arms, tables.where[tight]] = np.maximum(level[tight], 0.0)
