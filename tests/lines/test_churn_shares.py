"""Shares of lines: mature, open, unlanded; intervals by commit; lines per feature."""

import pytest

from gitledger.lines.shares import (
    interval,
    options_digest,
    shares,
)
from gitledger.lines.survival import CommitLines, State, Survival


def counts(state: State, *commits: CommitLines) -> Survival:
    """A survival value."""
    return Survival(state, 10**9, "f" * 40, commits, 0)


def lines(born: int, alive: int, dead: int, of_alive: int, exposed: int = 0) -> CommitLines:
    """One commit's lines; those alive, not dead and not exposed are unresolved."""
    unresolved = alive - of_alive - exposed if exposed < alive else 0
    return CommitLines("c" * 40, born, alive, dead, of_alive, exposed, unresolved, dead)


def test_headline_is_of_the_lines_that_landed() -> None:
    """`churn_14d` = dead of those alive at the end / alive at the end."""
    assert shares(counts("mature", lines(100, 80, 28, 8, 80))).churn_14d == 0.1


def test_work_in_progress_is_of_all_lines_born() -> None:
    """`wip_churn` = not alive at the end / born."""
    assert shares(counts("mature", lines(100, 80, 28, 8, 80))).wip_churn == 0.2


def test_gross_is_of_all_lines_born() -> None:
    """`churn_14d_gross` = dead within 14 days / born."""
    assert shares(counts("mature", lines(100, 80, 28, 8, 80))).churn_14d_gross == 0.28


def test_open_window_has_no_estimate() -> None:
    """Before 14 days there are bounds, no figure."""
    found = shares(counts("open", lines(100, 80, 28, 8, 20)))
    assert (found.churn_14d, found.churn_14d_gross, found.low) == (None, None, None)


def test_open_window_has_bounds() -> None:
    """So far 8 of 80 are gone; at most the 52 that are neither gone nor through may follow."""
    found = shares(counts("open", lines(100, 80, 28, 8, 20)))
    assert (found.churn_so_far, found.upper, found.exposed_share) == (0.1, 0.75, 0.25)


@pytest.mark.parametrize("state", ["unlanded", "no-lines"])
def test_share_of_nothing_is_unknown(state: State) -> None:
    """Without lines or without a landing every share is unknown, none is 0."""
    found = shares(counts(state))
    assert (found.churn_14d, found.wip_churn, found.churn_so_far) == (None, None, None)


def test_nothing_landed_has_no_headline() -> None:
    """Lines that were all gone at the end leave no share of landed ones."""
    found = shares(counts("mature", lines(10, 0, 10, 0)))
    assert (found.churn_14d, found.wip_churn, found.churn_14d_gross) == (None, 1.0, 1.0)


def test_interval_is_drawn_by_commit() -> None:
    """One commit with all deaths among twenty gives a wide interval, far from binomial's."""
    clumps = [lines(100, 100, 100, 100, 100)] + [lines(100, 100, 0, 0, 100)] * 19
    low, high, method = interval(counts("mature", *clumps))
    assert method == "shrunk-commits"
    assert low is not None
    assert high is not None
    assert low <= 0.002
    assert high >= 0.15


def test_interval_of_few_commits_says_little() -> None:
    """Eight commits that agree on a third prove no narrow interval: five that clump are beside."""
    low, high, _ = interval(counts("mature", *[lines(90, 90, 30, 30, 90)] * 8))
    assert low is not None
    assert high is not None
    assert low < 0.15
    assert high > 0.55


def test_interval_ignores_the_size_of_all_commits() -> None:
    """Commits, not lines, are the draws: ten times the lines tell nothing more."""
    some = [lines(9, 9, n % 3, n % 3, 9) for n in range(12)]
    more = [lines(90, 90, 10 * (n % 3), 10 * (n % 3), 90) for n in range(12)]
    assert interval(counts("mature", *more)) == pytest.approx(interval(counts("mature", *some)))


def test_no_death_is_no_certainty() -> None:
    """Five commits without a death leave room for one: the interval is not a point."""
    low, high, method = interval(counts("mature", *[lines(9, 9, 0, 0, 9)] * 5))
    assert (low, method) == (0.0, "effective-commits")
    assert high == pytest.approx(1 - 0.025 ** (1 / 5))


def test_few_commits_have_no_interval() -> None:
    """Four commits are too few to draw from."""
    assert interval(counts("mature", *[lines(9, 9, 1, 1, 9)] * 4)) == (None, None, None)


@pytest.mark.parametrize("state", ["mature", "open"])
def test_shares_name_the_commits_behind_them(state: State) -> None:
    """`n` counts the commits with lines that landed, whether or not an interval is drawn."""
    found = shares(counts(state, lines(9, 9, 1, 1, 9), lines(4, 0, 4, 0)))
    assert (found.n, found.method, found.low) == (1, None, None)


def test_options_change_the_digest() -> None:
    """What decides which lines count decides the digest."""
    assert options_digest({"paths": ()}) != options_digest({"paths": ("src",)})


def test_the_definition_has_one_fingerprint() -> None:
    """What `churn/2` counts is fixed; another takes another word in docs/explanation/churn.md."""
    fingerprint = "2b9fa3a7cb8d10f095f05e62bbb32d30041b021389e20df1407900f749da58e6"
    assert fingerprint == options_digest({"paths": (), "exclude": ()})
