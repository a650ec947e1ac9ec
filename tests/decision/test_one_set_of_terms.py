"""Preview, card and explain print one number, and it is the one that its rows give.

Random ledgers: two providers, two accounts, two pools, two methodologies, repeated finalisations,
rows taken back and replaced, odd rules. What is recomputed here is written anew from
docs/explanation/measures.md.
"""

import math
import random
from datetime import timedelta
from decimal import Decimal

import pytest
from decision_rows import SHA, START, Rows, ledger_of, stamp
from scipy.stats import t as student

from gitledger.commands.explain import arm_outcomes, efficient, other, ratio
from gitledger.decision.rules import read_rules
from gitledger.decision.scope import Scope
from gitledger.decision.week_card import week_card
from gitledger.ledger.corrections import corrections_by_row, rows_that_count
from gitledger.measure.efficiency import every_provider
from gitledger.measure.windowed import outcomes_of
from gitledger.windows.capacity import with_capacity

SEEDS = range(8)
FACTS = ("quality", "pass_rate", "peak_pct", "cost_per_feature", "dollars_per_lasting_feature")
SAME = ("value", "low", "high", "n", "method")


def odd_rules(content, dice):
    """Rules that nobody ships."""
    content["measures"] |= {"phi0": dice.choice((0.3, 1.5, 4)), "width": dice.choice((0.2, 1))}
    content["week"]["go"] |= {"confidence": dice.choice((0.8, 0.99)), "min_windows": 4}
    content["week"]["insufficient"]["below_windows"] = dice.choice((2, 3, 4))
    made, problems = read_rules(content)
    assert problems == ()
    return made


def shot(rows, place, at, used, other):
    """A pane of an account: two pools, the main one with a step of its own."""
    account = place["account"]
    step = Decimal("0.1") if account == "b" else Decimal(1)
    reading = {"meter": "weekly", "used_pct": used, "resolution": step, "window_minutes": 10080}
    reading |= {"rounding": "round", "resets_at": "2026-11-23T08:00:00Z"}
    pool = reading | {"bucket": "spark", "used_pct": Decimal(other)}
    more = {"captured_at": stamp(at), "source": place["provider"]}
    rows.add("snapshots", **place, **more, readings=[pool, reading])


def random_rows(dice):
    """Some windows of two providers; a few are finalised twice, the last time counts."""
    rows, used_up = Rows(), {}
    for number in range(dice.randint(5, 12)):
        window, begun = f"W0-{number:02}", START + timedelta(hours=3 * number)
        provider = dice.choice(("codex", "claude"))
        accounts = dice.choice((("a",), ("a", "b")))
        stated = []
        for account in accounts:
            before = used_up.get((provider, account), Decimal(1))
            fine = Decimal(dice.randint(0, 9)) / 10 if account == "b" else 0
            after = used_up[provider, account] = before + dice.randint(0, 7) + fine
            for phase, used, hours in (("before", before, 0), ("after", after, 1)):
                at = begun + timedelta(hours=hours)
                place = {"window": window, "provider": provider, "account": account}
                shot(rows, place | {"phase": phase}, at, used, 3 * number + hours)
            features = dice.randint(0, 5)
            stated.append({"provider": provider, "account": account, "features": features})
        more = {"methodology": dice.choice(("tdd", "spec")), "impf": Decimal(dice.randint(1, 9))}
        for _ in range(dice.choice((1, 1, 2))):
            quality = Decimal(dice.randint(1, 10)) / 10
            end = stamp(begun + timedelta(hours=1))
            more |= {"quality": quality, "outcome": dice.choice(("pass", "fail"))}
            ends = {"commit_start": SHA(number + 1), "commit_end": SHA(number + 5000)}
            said = {"window": window, "features": stated, "finalised_at": end}
            rows.add("windows", **said, **ends, **more)
            stated = [entry | {"features": dice.randint(0, 5)} for entry in stated]
        share = {"state": "mature", "churn_14d": Decimal(dice.randint(0, 5)) / 10}
        row = rows.churned(window, survival=share | {"alive_at_end": 40}, **ends)
        row.values["provider"] = provider
    return rows


def corrected(rows, dice):
    """The rows that count once a finalisation was replaced, a pane and a churn row taken back."""
    old = dice.choice(rows["windows"])
    stated = [entry | {"features": dice.randint(0, 5)} for entry in old.values["features"]]
    new = rows.add("windows", **(old.values | {"features": stated, "quality": Decimal("0.7")}))
    rows.add(
        "corrections", action="amend", target=old.id, replacement=new.id, reason="counted anew"
    )
    for ledger in ("snapshots", "churn"):
        gone = dice.choice(rows[ledger])
        rows.add("corrections", action="void", target=gone.id, reason="of another window")
    dead = corrections_by_row(rows["corrections"])
    assert len(dead) == 3
    return {name: list(rows_that_count(many, dead)) for name, many in rows.items()}


@pytest.fixture(params=SEEDS)
def ledger(request, content):
    """A random ledger, its rows that count, and its odd rules."""
    dice = random.Random(request.param)
    rules = odd_rules(content, dice)
    rows = corrected(random_rows(dice), dice)
    made = ledger_of(rows, rules, plans={"codex": 46.0, "claude": 23.0, "codex/b": 5.0})
    return made, {row.id: row for many in rows.values() for row in many}


def own_of(outcomes, arm):
    """The outcomes of an arm of a card."""
    return arm_outcomes(outcomes, arm["name"])


def alike(left, right):
    """The figures of two estimates."""
    return [left.get(key) for key in SAME] == [right.get(key) for key in SAME]


@pytest.mark.parametrize("methodology", [False, True])
def test_preview_card_and_explain_print_one_number(ledger, methodology):
    """Every number of every arm, and every other estimate, has the same explanation."""
    book, _ = ledger
    card = week_card(book, Scope("all", methodology=methodology))
    outcomes = outcomes_of(book.windows, book.terms)
    if not methodology:
        stats = book.rules.statistics
        preview = {made.provider: made.payload() for made in every_provider(outcomes, stats=stats)}
        for arm in card.arms:
            assert {k: arm[k] for k in preview[arm["name"]]} == preview[arm["name"]]
    shown = {f"{arm['name']}.{name}": arm[name] for arm in card.arms for name in FACTS}
    for arm in card.arms:
        told = other(book, f"all.{arm['name']}.delivered", book.windows, own_of(outcomes, arm))
        assert told["estimate"]["value"] == arm["lasting"]["delivered"]
    shown |= {f"{arm['name']}.features_per_pp": arm["efficiency"] for arm in card.arms}
    shown |= {f"{arm['name']}.lasting_per_pp": arm["lasting_per_pp"] for arm in card.arms}
    shown |= {".".join(reversed(e["name"].split())): e for e in card.estimates}
    for metric, estimate in shown.items():
        arm, _, name = metric.rpartition(".")
        own = arm_outcomes(outcomes, arm)
        if "per_pp" in name or "per_window" in name or name in FACTS[3:]:
            made = efficient(book, own, book.windows, name)
        else:
            made = other(book, f"all.{metric}", book.windows, own)
        assert alike(made["estimate"], estimate), metric
        whole = estimate["value"] is not None and estimate["low"] is not None
        assert whole or estimate.get("reason"), metric


def test_a_ratio_is_explained_as_the_card_prints_it(ledger):
    """Two providers by dollars of lasting features."""
    book, _ = ledger
    outcomes = outcomes_of(book.windows, book.terms)
    for pair in week_card(book, Scope("all")).comparisons:
        made = ratio(book, outcomes, f"{pair['a']}:{pair['b']}")
        assert alike(made["estimate"], pair["ratio"])
        assert made["comparison"]["measure"] == pair["measure"]


def test_an_efficiency_is_what_its_rows_give(ledger):
    """Sums, rounding and interval, from the readings and finalisations that explain names."""
    book, rows = ledger
    outcomes = outcomes_of(book.windows, book.terms)
    assert any(not o.unusable for o in outcomes)
    for provider in {o.provider for o in outcomes}:
        own = arm_outcomes(outcomes, provider)
        made = efficient(book, own, book.windows, "features_per_pp")
        x, y, squares = [], [], []
        if not made["used"]:
            assert made["features"] is None
            continue
        for step in made["used"]:
            named = [rows[row] for row in step["rows"]]
            final = max((r for r in named if r.ledger == "windows"), key=lambda r: r.recorded_at)
            stated = [e for e in final.values["features"] if e["provider"] == provider]
            failed = final.values["outcome"] == "fail"
            x.append(0 if failed else sum(entry["features"] for entry in stated))
            y.append(taken(named, squares))
        assert (made["features"], made["capacity"]) == (sum(x), pytest.approx(float(sum(y))))
        estimate = made["estimate"]
        if estimate["value"] is None or estimate["low"] is None:
            continue
        assert estimate["value"] == pytest.approx(sum(x) / float(sum(y)), rel=1e-5)
        if len(x) < 6:  # from six on the order of windows counts too
            ends = interval(x, [float(v) for v in y], math.fsum(squares) / 12, book.rules)
            assert (estimate["low"], estimate["high"]) == pytest.approx(ends, rel=1e-5)


def taken(named, squares):
    """Points of the main pool over the accounts of a window; the steps' squares are noted."""
    points = Decimal(0)
    shown = {(r.values["account"], r.values["phase"]): r for r in named if r.ledger == "snapshots"}
    for (_, phase), row in shown.items():
        (main,) = [m for m in row.values["readings"] if m.get("bucket", "default") == "default"]
        points += main["used_pct"] * (1 if phase == "after" else -1)
        squares.append(float(main["resolution"]) ** 2)
    return points


def interval(x, y, rounding, rules):
    """The ends of docs/explanation/measures.md for fewer than six windows."""
    n, top, bottom = len(x), sum(x), sum(y)
    errors = [a - top / bottom * b for a, b in zip(x, y, strict=True)]
    seen = n / (n - 1) * math.fsum(e * e for e in errors) / max(top, 0.5) ** 2 if n > 1 else 0
    prior = rules.statistics.phi0 / (top + 0.5) + rounding / bottom**2
    v = (3 * prior + (n - 1) * seen) / (n + 2)
    half = student.ppf(0.5 + rules.week.confidence / 2, n + 2) * math.sqrt(v)
    centre = math.log((top + 0.5) / bottom)
    low = min(math.exp(centre - half), top / bottom) if top else 0
    return low, max(math.exp(centre + half), top / bottom)


def test_a_part_of_the_windows_has_the_meter_of_the_whole(ledger):
    """The capacity meter is the ledger's, so one window is explained in the card's unit."""
    book, _ = ledger
    terms = with_capacity(book.windows, book.terms)
    for window in book.windows:
        (alone,) = outcomes_of((window,), terms)
        assert alone.meter == terms.capacity_meter(alone.provider)
