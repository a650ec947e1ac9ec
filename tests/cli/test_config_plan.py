"""`config plan`: prices by provider or account, written into the configuration as it stands."""

from decimal import Decimal
from pathlib import Path

import pytest
from finished_windows import work
from ground import git, gitledger

from gitledger.book.case import plans_of


def plans(directory: Path) -> str:
    """The configuration from `plans` on."""
    text = gitledger(directory, "config", "show").out
    return text[text.index("plans:") :]


def test_prices_are_written_and_the_rest_stays(ledger_dir: Path) -> None:
    """Two prices, then one of them anew; every other line and comment as it was."""
    before = gitledger(ledger_dir, "config", "show").out
    work(ledger_dir, "W0-01", 0, (10, 20))
    done = gitledger(ledger_dir, "config", "plan", "codex=20", "codex/default=200", "--json")
    assert done.code == 0, done.err
    assert done.json["plans"] == {"codex": 20, "codex/default": 200}
    assert gitledger(ledger_dir, "config", "plan", "codex=25.50").code == 0
    assert plans(ledger_dir).startswith("plans:\n  codex: 25.50\n  codex/default: 200\n#  codex")
    after = gitledger(ledger_dir, "config", "show").out
    assert after.split("plans:")[0] == before.split("plans:")[0]
    cost = gitledger(ledger_dir, "explain", "W0-01.codex.cost_per_feature", "--json").json
    # 200 a month is 45.996 a week; ten points for three features
    assert cost["estimate"]["value"] == pytest.approx(200 * 12 / 365.25 * 7 / 10 / 3, rel=1e-5)


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        ("codex=-5", "a price is above 0"),
        ("codex=0", "a price is above 0"),
        ("codex=dear", "states no price"),
        ("codex=nan", "a price is above 0"),
        ("codex=inf", "a price is above 0"),
        ("codex=1e400", "at most 1,000,000,000 dollars"),
        ("codex=1e-400", "a price is above 0"),
        ("codex=sNaN", "a price is above 0"),
        ("codex", "states no price"),
        ("codx=20", "unknown provider 'codx'"),
        ("codex/work=20", "unknown account 'work' of codex"),
    ],
)
def test_what_is_no_price_of_a_plan_is_refused(ledger_dir: Path, pair: str, said: str) -> None:
    """Exit 2 with the next step; nothing changes."""
    tip = git(ledger_dir, "rev-parse", "gitledger/main")
    done = gitledger(ledger_dir, "config", "plan", "claude=20", pair)
    assert done.code == 2
    assert said in done.err
    assert "next" in done.err or ":" in done.err.splitlines()[-1]
    assert git(ledger_dir, "rev-parse", "gitledger/main") == tip


def test_a_configuration_with_a_price_of_0_is_refused(ledger_dir: Path) -> None:
    """Free is no price: without one the cost is unknown."""
    text = gitledger(ledger_dir, "config", "show").out.replace("plans: {}", "plans: {codex: 0}")
    done = gitledger(ledger_dir, "config", "set", "-", stdin=text)
    assert done.code == 1
    assert "plans.codex" in done.err


@pytest.mark.parametrize("price", [-5, 0, Decimal("1e400"), float("nan"), "free", True])
def test_a_price_that_a_branch_holds_all_the_same_is_no_price(price: object) -> None:
    """Whoever writes it past the check: the cost stays unknown, nothing else falls over."""
    assert set(plans_of({"plans": {"codex": price, "claude": 20}})) == {"claude"}
