"""One question of a lake: which windows, parted how; and its answers as exact sums.

`sums.sql` holds the text; `answers` makes of one pass over the rows the three answers that are read
here. Cells are known by name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files

from gitledger.fleet.columns import LAGS
from gitledger.fleet.engine import Cell
from gitledger.measure.outcome import UNNAMED
from gitledger.measure.repositories import ArmPart
from gitledger.measure.sums import LaggedProducts, Sums

METHODOLOGY, PERIOD, TEAM = "methodology", "period", "team"
GROUPS = {
    "": "repo",
    METHODOLOGY: "methodology",
    PERIOD: "day - MOD(day, 100)",
    TEAM: "team",
}
NO_TIME = "no time"
FIRST, LAST = 0, 99999999
SUMS, DAYS = "sums", "days"
KEY = ("repo", "provider", "meter", "unit", "rule", "part")
Record = Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class LakeQuestion:
    """Windows worked from one day on and before another (20261129), and by what they are parted."""

    by: str = ""
    since: int = FIRST
    until: int = LAST

    @property
    def of_all_days(self) -> bool:
        """Whether it leaves out no day."""
        return (self.since, self.until) == (FIRST, LAST)

    def sql(self, name: str) -> str:
        """One statement of `sums.sql`, its words put in."""
        group = GROUPS[self.by]
        floor = f"GREATEST({self.since}, {group})" if self.by == PERIOD else str(self.since)
        words = {
            ":group": group,
            ":floor": floor,
            ":since": str(self.since),
            ":until": str(self.until),
            ":chain": "m_" if self.by == METHODOLOGY else "",
        }
        text = statements()[name]
        for word, put in words.items():
            text = text.replace(word, put)
        return text


@lru_cache(maxsize=1)
def statements() -> Mapping[str, str]:
    """The statements of `sums.sql` by name, without remarks."""
    text = files("gitledger.fleet").joinpath("sums.sql").read_text(encoding="utf-8")
    found = {}
    for block in text.split("-- name: ")[1:]:
        name, _, body = block.partition("\n")
        lines = [line for line in body.splitlines() if not line.startswith("--")]
        found[name.strip()] = "\n".join(lines).strip().removesuffix(";")
    return found


def names_of(sql: str) -> list[str]:
    """The names of a statement's columns, in order."""
    heads = sql.partition("FROM outcomes")[0].removeprefix("SELECT")
    depth, cells = 0, [""]
    for letter in heads:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and not depth:
            cells.append("")
        else:
            cells[-1] += letter
    return [cell.strip().rpartition(" AS ")[2] for cell in cells]


def digest(records: Sequence[Sequence[Record]]) -> str:
    """The SHA-256 of some answers: what engines have to agree on."""
    lines = [
        "\t".join(f"{name}={cell_text(value)}" for name, value in sorted(record.items()))
        for answer in records
        for record in answer
    ]
    return sha256("\n".join(lines).encode()).hexdigest()


def cell_text(value: Cell) -> str:
    """A cell as text: 5 whether it came as 5 or 5.0."""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def fraction(value: Cell) -> Fraction:
    """A sum as a fraction; of nothing it is 0."""
    return Fraction(0) if value is None else Fraction(str(value))


def parts_of(
    question: LakeQuestion, features: Sequence[Record], lasting: Sequence[Record]
) -> tuple[ArmPart, ...]:
    """The sums of both answers, one part for each repository, provider, meter and group."""
    others = {tuple(record[name] for name in KEY): record for record in lasting}
    return tuple(
        ArmPart(
            repo=str(record["repo"]),
            provider=str(record["provider"]),
            meter=f"{record['meter']} {record['unit']}",
            rule=str(record["rule"] or ""),
            plan=plan_in(record),
            group=group_of(question, record["part"]),
            windows=int(str(record["windows"])),
            features=sums_in(record, "f"),
            least=sums_in(others[tuple(record[name] for name in KEY)], "l"),
            most=sums_in(others[tuple(record[name] for name in KEY)], "m"),
        )
        for record in features
    )


def plan_in(record: Record) -> Fraction | None:
    """Dollars a week of the plan, where all windows have the same one."""
    same = record["plan"] is not None and record["plan"] == record["dearest"]
    return fraction(record["plan"]) if same else None


def group_of(question: LakeQuestion, part: Cell) -> str:
    """A group as it is shown: a month as 2026-11, windows without a methodology as unnamed."""
    if not question.by:
        return ""
    if question.by == PERIOD:
        month = int(str(part)) // 100
        return f"{month // 100:04}-{month % 100:02}" if month else NO_TIME
    return str(part or UNNAMED)


def sums_in(record: Record, stem: str) -> Sums:
    """The sums of one measure; those of the most that lasts share the points of the least."""
    n = int(str(record.get("n") or 0))
    of_y = "l" if stem == "m" else stem

    def cell(name: str) -> Fraction:
        own = of_y if name.startswith(("y", "steps", "cancelled")) else stem
        return fraction(record.get(f"{own}_{name}"))

    lags = tuple(
        LaggedProducts(cell(f"xx{lag}"), cell(f"xy{lag}"), cell(f"yy{lag}")) for lag in LAGS
    )
    return Sums(
        n,
        cell("x"),
        cell("y"),
        cell("xx"),
        cell("xy"),
        cell("yy"),
        lags,
        cell("steps") - cell("cancelled"),
        None if stem == "f" else cell("squares"),
    )
