"""The three answers of a question, made of the lines that an engine gives in one pass over rows.

What is in features per point, the same of what lasts, and which windows were left out why. A line
of an engine is of one reason; the first two answers add the reasons up. Answers are put in one
order, whatever order an engine gives.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Context, Decimal
from functools import lru_cache

from gitledger.fleet.engine import Cell, Rows
from gitledger.fleet.question import KEY, SUMS, LakeQuestion, Record, names_of, statements

Answers = list[list[Record]]
FEATURES, LASTING, LEFT = "features", "lasting", "left"
ANSWERS = (FEATURES, LASTING, LEFT)
REASONS = ("repo", "provider", "rule", "part", "why")
KEPT_WHOLE = {"plan": min, "dearest": max}  # of several lines
EXACT = Context(prec=100)  # a sum has 38 digits at most: what is added or shortened loses none


def ask_engine(rows: Rows, question: LakeQuestion) -> Answers:
    """An engine's answers, each in the order of its cells."""
    names = names_of(statements()[SUMS])
    lines = rows(question.sql(SUMS))
    told = [dict(zip(names, map(plain_cell, line), strict=True)) for line in lines]
    return [in_order(added_up(told, name), name) for name in ANSWERS]


@lru_cache(maxsize=len(ANSWERS))
def columns_of(answer: str) -> Mapping[str, str]:
    """The cells of an answer in order, each with the name that it has in a line of an engine."""
    if answer == LEFT:
        return {name: name for name in (*REASONS, "windows")}
    stems, n = (("f_",), "n") if answer == FEATURES else (("l_", "m_"), "l_n")
    own = [name for name in names_of(statements()[SUMS]) if name.startswith(stems)]
    whole = {name: name for name in (*KEY, *KEPT_WHOLE, "windows")}
    return {**whole, "n": n} | {name: name for name in own if name != n}


def added_up(lines: Iterable[Record], answer: str) -> list[Record]:
    """Lines as one answer: those that differ only in what it does not tell are added."""
    columns, keys = columns_of(answer), REASONS if answer == LEFT else KEY
    found: dict[tuple[Cell, ...], Record] = {}
    for line in lines:
        place = tuple(line[key] for key in keys)
        own = {name: line[source] for name, source in columns.items()}
        other = found.get(place)
        found[place] = own if other is None else both_records(other, own, keys)
    return list(found.values())


def both_records(one: Record, other: Record, keys: Sequence[str]) -> Record:
    """Two records of one key as one."""
    return {name: one[name] if name in keys else both(name, one[name], other[name]) for name in one}


def both(name: str, one: Cell, other: Cell) -> Cell:
    """Two cells as the engine would have told them of all their rows: nothing adds nothing."""
    if one is None or other is None:
        return other if one is None else one
    first, second = Decimal(one), Decimal(other)
    if name in KEPT_WHOLE:
        return KEPT_WHOLE[name](first, second)
    total = EXACT.add(first, second)
    return (
        plain_cell(total) if isinstance(one, Decimal) or isinstance(other, Decimal) else int(total)
    )


def in_order(records: Iterable[Record], answer: str) -> list[Record]:
    """Records by their cells as text: one order, whatever order an engine gives."""
    names = columns_of(answer)
    return sorted(records, key=lambda record: [str(record[one]) for one in names])


def plain_cell(cell: object) -> Cell:
    """A cell as every engine gives it: numbers as they are, without noughts behind."""
    if isinstance(cell, Decimal):
        return EXACT.normalize(cell) if cell else Decimal(0)
    return cell if isinstance(cell, str | int) or cell is None else str(cell)
