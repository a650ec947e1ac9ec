"""The file format of a routing problem: a plain mapping (as YAML gives it) to an `Instance`.

Depends on the instance values and the errors. Every fault of a file is found in one reading and
reported together, in the order of the file.

    gitledger: 1                    # format number
    instance: my-week               # its name
    title: Two plans, one card      # optional
    rounds: 42                      # optional, replaced by --rounds
    resources:
      - {name: weekly-codex, budget: 90, reserve: 10, arm: codex, unit: pp}
      - {name: dollars, per_round: 0.5}          # grows with the rounds
      - {name: session, cap: 100}                # refills each round
    arms:
      - name: codex
        outcomes:
          - {chance: 0.6, reward: 2, costs: {weekly-codex: 8, dollars: 0.4}}
          - {chance: 0.4, reward: 0, costs: {weekly-codex: 5}}
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, TypeAlias

from gitledger.errors import InvalidData, Problem
from gitledger.routing.instance import Arm, Basis, Instance, Outcome, Resource

FORMAT = 1
BASES: Mapping[str, Basis] = {"budget": "total", "per_round": "per-round", "cap": "cap"}
Kind: TypeAlias = Literal["mapping", "list", "text"]
Fields: TypeAlias = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _InstanceReader:
    """Reads fields one by one and keeps every problem it meets."""

    problems: list[Problem] = field(default_factory=list)

    def fault(self, where: str, what: str, hint: str) -> None:
        self.problems.append(Problem(where, what, hint, "bad-instance"))

    def fields(self, where: str, given: object, allowed: Sequence[str]) -> Fields:
        if not isinstance(given, Mapping):
            self.fault(where, "is not a mapping", f"give {', '.join(allowed)}")
            return {}
        for key in given:
            if key not in allowed:
                self.fault(where, f"has no field {key!r}", f"one of: {', '.join(allowed)}")
        return {str(key): value for key, value in given.items()}

    def items(self, where: str, given: object) -> Sequence[object]:
        if isinstance(given, list | tuple) and given:
            return given
        self.fault(where, "is not a list of at least one", "give a list")
        return ()

    def text(self, where: str, given: object) -> str:
        if isinstance(given, str) and given.strip():
            return given
        self.fault(where, "is missing or not a text", "give a name")
        return ""

    def number(self, where: str, given: object, top: float = float("inf")) -> float:
        plain = isinstance(given, int | float | Decimal) and not isinstance(given, bool)
        figure = float(given) if isinstance(given, int | float | Decimal) and plain else -1.0
        if 0 <= figure <= top and figure < float("inf"):
            return figure
        what = "is missing" if given is None else f"is {given!r}"
        self.fault(where, what, f"give a number from 0 {'up' if top > 1 else 'to 1'}")
        return 0.0


def instance_from(content: object) -> Instance:
    """The instance a file's content describes; raises `InvalidData` with every problem found."""
    read = _InstanceReader()
    top = read.fields(
        "file", content, ("gitledger", "instance", "title", "rounds", "resources", "arms")
    )
    if top and top.get("gitledger") != FORMAT:
        read.fault("gitledger", f"is {top.get('gitledger')!r}", f"this program reads {FORMAT}")
    name = read.text("instance", top.get("instance"))
    title = read.text("title", top["title"]) if "title" in top else ""
    rounds = read.number("rounds", top.get("rounds", 1000))
    if rounds != int(rounds):
        read.fault("rounds", f"is {rounds}", "give a whole number")
    listed = read.items("resources", top["resources"]) if "resources" in top else ()
    resources = tuple(_resource(read, f"resources[{i}]", r) for i, r in enumerate(listed))
    arms = tuple(
        _arm(read, f"arms[{i}]", a) for i, a in enumerate(read.items("arms", top.get("arms")))
    )
    _check_names(read, resources, arms)
    if read.problems:
        raise InvalidData("the instance cannot be played", "fix what is listed", read.problems)
    return Instance(name, arms, resources, int(rounds), title)


def _resource(read: _InstanceReader, where: str, given: object) -> Resource:
    fields = read.fields(where, given, ("name", *BASES, "reserve", "arm", "unit"))
    name = read.text(f"{where}.name", fields.get("name"))
    bases = [key for key in BASES if key in fields]
    if len(bases) != 1:
        read.fault(where, "has not exactly one budget", f"give one of: {', '.join(BASES)}")
        return Resource(name, 0.0)
    amount = read.number(f"{where}.{bases[0]}", fields[bases[0]])
    reserve = read.number(f"{where}.reserve", fields.get("reserve", 0))
    arm = read.text(f"{where}.arm", fields["arm"]) if "arm" in fields else ""
    unit = read.text(f"{where}.unit", fields["unit"]) if "unit" in fields else ""
    return Resource(name, amount, BASES[bases[0]], reserve, arm, unit)


def _arm(read: _InstanceReader, where: str, given: object) -> Arm:
    fields = read.fields(where, given, ("name", "outcomes"))
    name = read.text(f"{where}.name", fields.get("name"))
    listed = read.items(f"{where}.outcomes", fields.get("outcomes"))
    outcomes = tuple(
        _outcome(read, f"{where}.outcomes[{k}]", o, 1 / len(listed)) for k, o in enumerate(listed)
    )
    told = sum(isinstance(o, Mapping) and "chance" in o for o in listed)
    whole = sum(o.chance for o in outcomes)
    if 0 < told < len(listed):
        read.fault(where, "gives some chances and not others", "give all of them or none")
    elif outcomes and abs(whole - 1) > 1e-9:
        read.fault(where, f"has chances that sum to {whole:.6g}", "chances of an arm sum to 1")
    return Arm(name, outcomes)


def _outcome(read: _InstanceReader, where: str, given: object, even: float) -> Outcome:
    fields = read.fields(where, given, ("chance", "reward", "costs"))
    chance = read.number(f"{where}.chance", fields.get("chance", even), 1.0)
    reward = read.number(f"{where}.reward", fields.get("reward"))
    costs = fields.get("costs", {})
    if not isinstance(costs, Mapping):
        read.fault(f"{where}.costs", "is not a mapping", "give resource: amount")
        costs = {}
    spent = ((str(n), read.number(f"{where}.costs.{n}", c)) for n, c in costs.items())
    return Outcome(chance, reward, tuple(spent))


def _check_names(read: _InstanceReader, resources: Sequence[Resource], arms: Sequence[Arm]) -> None:
    owner = {r.name: r.arm for r in resources}
    known = {a.name for a in arms}
    for kind, names in (
        ("resources", [r.name for r in resources]),
        ("arms", [a.name for a in arms]),
    ):
        for name in sorted({n for n in names if n and names.count(n) > 1}):
            read.fault(kind, f"names {name!r} twice", "names are unique")
    for i, resource in enumerate(resources):
        if resource.arm and resource.arm not in known:
            read.fault(f"resources[{i}].arm", f"{resource.arm!r} is not one of them", "name an arm")
    for i, arm in enumerate(arms):
        for name in sorted({n for o in arm.outcomes for n, _ in o.costs}):
            if name not in owner:
                read.fault(f"arms[{i}]", f"costs an unknown resource {name!r}", "list it first")
            elif owner[name] not in ("", arm.name):
                read.fault(
                    f"arms[{i}]", f"costs {name!r} of {owner[name]!r}", "share it or drop it"
                )
