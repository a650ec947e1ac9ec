"""How often the printed intervals hold the truth, and how often equal arms are told apart.

Seeded simulations: coverage of the nominal 95 % efficiency interval on a compound process
(attempts 1 + Poisson(3), lognormal cost of CV .8, 75 % pass, integer meter), and week cards on
windows of one process relabelled as two providers (A/A), where GO and NO-GO are both wrong, once
and with a card after every window.
Exits 1 when coverage falls below .94 or A/A decisions above 8 %.

    python tests/benchmarks/bench_coverage.py [--quick]
"""

import math
import sys
import time
from pathlib import Path

import numpy as np
from ruamel.yaml import YAML

from gitledger.decision.facts import WeekFacts
from gitledger.decision.rules import read_rules
from gitledger.decision.week import judge_week
from gitledger.measure.comparison import compare
from gitledger.measure.intervals import Sample, shrunk_log_t

SEED = 20261123
SIZES = (3, 6, 10, 20)
LEAST = 0.94
MOST = 0.08
PASS = 0.75
CV = 0.8
COST = 3.0  # mean points an attempt
RULES = Path(__file__).resolve().parents[2] / "ledgers/defaults/rules.yaml"


def windows(rng: np.random.Generator, n: int) -> Sample:
    """n windows: features that passed, and the rounded difference of a meter."""
    sigma = math.sqrt(math.log1p(CV * CV))
    x, y = [], []
    for _ in range(n):
        attempts = 1 + rng.poisson(3)
        cost = rng.lognormal(math.log(COST) - sigma * sigma / 2, sigma, attempts).sum()
        start = rng.uniform(0, 50)
        x.append(float(rng.binomial(attempts, PASS)))
        y.append(float(round(start + cost) - round(start)))
    return Sample(tuple(x), tuple(y))


def coverage(n: int, runs: int) -> tuple[float, float]:
    """Share of intervals that hold the true ratio, and their median width as high / low."""
    rng = np.random.default_rng(SEED + n)
    truth = PASS / COST
    held, widths = 0, []
    for _ in range(runs):
        made = shrunk_log_t(windows(rng, n))
        if made.low is None or made.high is None:
            continue
        held += made.low <= truth <= made.high
        widths.append(made.high / max(made.low, 1e-9))
    return held / len(widths), float(np.median(widths))


def equal_arms(n: int, runs: int) -> dict[str, float]:
    """Share of each verdict on two arms of the same process."""
    rules, problems = read_rules(YAML(typ="safe").load(RULES.read_text()))
    assert rules is not None, problems
    rng = np.random.default_rng(SEED - n)
    found: dict[str, int] = {}
    for _ in range(runs):
        pair = compare(("a", windows(rng, n)), ("b", windows(rng, n)))
        verdict = judge_week(WeekFacts("WEEK0", comparisons=(pair,)), rules).verdict
        found[verdict] = found.get(verdict, 0) + 1
    return {name: count / runs for name, count in sorted(found.items())}


def ever_told_apart(runs: int) -> float:
    """Share of equal pairs that some card called GO or NO-GO, one card after every window 6..20."""
    rules, problems = read_rules(YAML(typ="safe").load(RULES.read_text()))
    assert rules is not None, problems
    rng = np.random.default_rng(SEED)
    wrong = 0
    for _ in range(runs):
        a, b = windows(rng, 20), windows(rng, 20)
        for look, n in enumerate(range(6, 21), start=1):
            arms = [Sample(s.x[:n], s.y[:n]) for s in (a, b)]
            pair = compare(("a", arms[0]), ("b", arms[1]))
            facts = WeekFacts("WEEK0", comparisons=(pair,), looks=look)
            if judge_week(facts, rules).verdict in {"GO", "NO-GO"}:
                wrong += 1
                break
    return wrong / runs


def main() -> int:
    """Print both tables; 1 when one of them misses its mark."""
    runs = 1000 if "--quick" in sys.argv else 10_000
    begun = time.perf_counter()
    worst, loudest = 1.0, 0.0
    print(f"coverage of the nominal 95 % interval, {runs} runs each, wanted >= {LEAST}")
    for n in SIZES:
        share, width = coverage(n, runs)
        worst = min(worst, share)
        print(f"  n = {n:2}: {share:.4f}   median high/low {width:6.2f}")
    print(f"equal arms (A/A), {runs} cards each, GO + NO-GO wanted <= {MOST}")
    for n in SIZES:
        shares = equal_arms(n, runs)
        wrong = shares.get("GO", 0.0) + shares.get("NO-GO", 0.0)
        loudest = max(loudest, wrong)
        told = ", ".join(f"{name} {share:.3f}" for name, share in shares.items())
        print(f"  n = {n:2}: GO + NO-GO {wrong:.4f}   ({told})")
    ever = ever_told_apart(runs // 10)
    loudest = max(loudest, ever)
    print(f"equal arms, a card after every window from 6 to 20: ever GO or NO-GO {ever:.4f}")
    print(f"{time.perf_counter() - begun:.1f} s")
    return int(worst < LEAST or loudest > MOST)


if __name__ == "__main__":
    sys.exit(main())
