"""What a window is worth to a replay: the reward rule of a rule file."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from gitledger.errors import InvalidData, Problem
from gitledger.routing.log import RewardRule

RULES: tuple[RewardRule, ...] = ("features", "features-per-point")


@dataclass(frozen=True, slots=True)
class Reward:
    """What a window is worth: `replay.reward` and `replay.epsilon` of rules.yaml.

    `rated` says whether the log knows qualities at all; without any, features count alone.
    """

    rule: RewardRule = "features"
    epsilon: float = 1.0
    rated: bool = True

    @property
    def unit(self) -> str:
        """What a reward counts, in words that a column's title has room for."""
        if self.rule != RULES[0]:
            return "quality per point"
        return "features x quality" if self.rated else "features"


def reward_of(rules: Mapping[str, object]) -> Reward:
    """The reward rule of a rule file. Raises InvalidData with everything wrong in `replay`."""
    part = rules.get("replay", {})
    given = part if isinstance(part, Mapping) else {"replay": part}
    rule, epsilon = given.get("reward", RULES[0]), given.get("epsilon", 1)
    problems = [
        Problem(f"replay.{key}", "is unknown", "known: reward, epsilon", "rules-unknown")
        for key in given
        if key not in ("reward", "epsilon")
    ]
    if rule not in RULES:
        what = f"is {rule!r}"
        problems.append(Problem("replay.reward", what, f"one of: {', '.join(RULES)}", "rules"))
    number = isinstance(epsilon, int | float | Decimal) and not isinstance(epsilon, bool)
    if not number or not float(str(epsilon)) > 0:
        what = f"is {epsilon!r}"
        problems.append(Problem("replay.epsilon", what, "give points above 0", "rules"))
    if problems:
        raise InvalidData("rules.yaml cannot be used", "fix its part `replay`", problems)
    return Reward(next(known for known in RULES if known == rule), float(str(epsilon)))
