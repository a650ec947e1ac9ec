"""Arms over many repositories: in which unit they are compared, and what may be done then."""

from dataclasses import replace
from fractions import Fraction

from gitledger.decision.fleet import GO, HOLD, LITTLE, NO, FleetArm, arms_of, pairs_of, rule_on
from gitledger.decision.pairs import LASTING_PER_DOLLAR, PLANS
from gitledger.measure.repositories import ArmPart
from gitledger.measure.sums import sums_over
from gitledger.measure.terms import SHIPPED


def part(repo: int, provider: str, group: str, each: float, plan: int | None = None) -> ArmPart:
    """Eight windows of twenty points each, all of it lasting."""
    sums = sums_over([each, each + 1] * 4, [20.0] * 8)
    price = None if plan is None else Fraction(plan)
    return ArmPart(str(repo), provider, "weekly pp", "typed", price, group, 9, sums, sums, sums)


def compared(parts: list[ArmPart]) -> list[dict[str, object]]:
    """Every pair with its verdict."""
    arms = arms_of(parts, [("codex", "", "typed", "stale", 2)])
    names = {arm.name: arm for arm in arms}
    return [rule_on(one, names, SHIPPED, lambda repo: repo) for one in pairs_of(arms, SHIPPED)]


def test_methodologies_of_a_provider_are_compared_in_points() -> None:
    """Twice as much in twelve repositories is GO; turned round it is NO-GO; alike it is HOLD."""
    for plain, spec, verdict in ((3, 7, GO), (7, 3, NO), (4, 4, HOLD)):
        parts = [part(r, "codex", "plain", plain) for r in range(12)]
        (one,) = compared(parts + [part(r, "codex", "spec", spec) for r in range(12)])
        assert (one["verdict"], one["measure"]) == (verdict, "features_per_pp")


def test_providers_are_compared_in_dollars_where_both_have_a_price() -> None:
    """The same features at a fifth of the price: five times as many for a dollar."""
    parts = [part(r, "codex", "", 4, 20) for r in range(12)]
    (one,) = compared([*parts, *(part(r, "glm", "", 4, 4) for r in range(12))])
    assert one["measure"] == LASTING_PER_DOLLAR
    assert (one["ratio"]["value"], one["verdict"]) == (5, GO)
    (none,) = compared([*parts, *(part(r, "glm", "", 4) for r in range(12))])
    assert (none["verdict"], none["reason"]) == (LITTLE, PLANS)


def test_other_rules_and_other_meters_make_no_ratio() -> None:
    """Each says which."""
    left = [part(r, "codex", "plain", 4) for r in range(6)]
    right = [replace(p, group="spec", rule="commits-1") for p in left]
    (one,) = compared([*left, *right])
    assert (one["verdict"], "different rules" in str(one["reason"])) == (LITTLE, True)
    (two,) = compared([*left, *(replace(p, group="spec", meter="5h pp") for p in left)])
    assert "two units" in str(two["reason"])


def test_what_was_left_out_stands_with_its_arm() -> None:
    """By provider, group and rule."""
    (arm,) = arms_of([part(1, "codex", "", 3)], [("codex", "", "typed", "stale", 2)])
    assert isinstance(arm, FleetArm)
    assert dict(arm.left_out) == {"stale": 2}
