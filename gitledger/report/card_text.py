"""A decision card as terminal text: verdict first, then why, then what it stands on.

Depends on `report.console` and `report.figures`; takes the payload of `gitledger card --json`.
"""

from collections.abc import Sequence
from typing import TypeAlias

from rich.console import RenderableType
from rich.text import Text

from gitledger.report.card_lines import (
    arm_notes,
    churn_line,
    coverage_line,
    estimate_line,
    evidence_line,
    late_line,
    looks_line,
    override_line,
    vote_line,
)
from gitledger.report.console import (
    WIDTH,
    TableColumn,
    heading,
    label_lines,
    render,
    table,
    verdict_text,
)
from gitledger.report.figures import (
    UNKNOWN,
    count_text,
    figure,
    interval,
    number,
    rate_text,
    sum_text,
)
from gitledger.report.lasting_text import (
    DOLLARS,
    SPENT,
    findings_line,
    is_priced,
    lasting_line,
    pooled_lines,
    range_text,
)
from gitledger.report.payload import Json, child, children, metered_unit, sample, texts, words

Table: TypeAlias = tuple[Sequence[TableColumn], Sequence[Sequence[str]]]

# what the fields of an earlier tracker's card are called here
LABELS = {"Anoms": "Blocking findings", "Finalized": "Completed"}
IN_THE_HEADLINE = ("Window", "Status")
WHY = 17  # columns of the labels above the tables
SHORT = 12
LISTED = 5
DELIVERED, LASTING = "delivered ", "lasting "
GUARDRAIL_COLUMNS = (
    TableColumn("guardrail"),
    TableColumn("of"),
    TableColumn("value", "right"),
    TableColumn("baseline", "right"),
    TableColumn("n", "right"),
    TableColumn("margin", "right"),
    TableColumn("verdict"),
)
ARM_COLUMNS = (
    TableColumn("provider"),
    TableColumn("n", "right"),
    TableColumn("features", "right"),
    TableColumn("capacity", "right"),
    TableColumn("features per pp", wrap=True),
)
SAMPLE = TableColumn("sample", wrap=True)
PAIR_COLUMNS = (
    TableColumn("comparison"),
    TableColumn("n", "right"),
    TableColumn("ratio", wrap=True),
    TableColumn("at any time", wrap=True),
    TableColumn("P(better)", "right"),
)


def card_text(payload: Json, *, width: int = WIDTH, colour: bool = False) -> str:
    """The whole card, at most `width` columns wide."""
    parts: list[RenderableType] = [
        headline(payload),
        "",
        label_lines(why(payload), label_width=WHY),
    ]
    for columns, rows in tables(payload):
        parts += ["", table(columns, rows)]
    parts += ["", label_lines(stands_on(payload)), "", *quiet(payload)]
    return render(parts, width=width, colour=colour)


def tables(payload: Json) -> list[Table]:
    """What every form of the card shows as tables: their columns and their cells."""
    arms = children(payload, "arms")
    priced = is_priced(arms)
    every: tuple[Table, ...] = (
        (
            (*ARM_COLUMNS, *((DOLLARS,) if priced else ()), SAMPLE),
            [arm_row(arm, priced=priced) for arm in arms],
        ),
        (PAIR_COLUMNS, [pair_row(c) for c in children(payload, "comparisons")]),
        (GUARDRAIL_COLUMNS, [guardrail_row(g) for g in children(payload, "guardrails")]),
    )
    return [(columns, rows) for columns, rows in every if rows]


def origin(payload: Json) -> dict[str, str]:
    """Where the card comes from: its id, its rule, short hashes, the moment, the program."""
    return {
        "id": words(payload, "id"),
        "rule": words(payload, "rule"),
        "rules": words(payload, "rules_sha256")[:SHORT],
        "tip": words(payload, "tip")[:SHORT],
        "as_of": f"{words(payload, 'as_of')[:19]}Z",
        "tool": words(payload, "tool"),
    }


def headline(payload: Json) -> Text:
    """Subject and verdict; an override stands behind the verdict it does not replace."""
    made = heading(words(payload, "subject"))
    made.append("  ").append(verdict_text(words(payload, "verdict")))
    for entry in children(payload, "overrides"):
        made.append("   overridden: ").append(verdict_text(words(entry, "verdict")))
    return made


def why(payload: Json) -> list[tuple[str, str]]:
    """Reasons, what would change the verdict, and the fields of a window card."""
    facts = child(payload, "facts")
    told = [
        (LABELS.get(name, name), words(facts, name))
        for name in facts
        if name not in IN_THE_HEADLINE
    ]
    reasons = texts(payload, "reasons")
    flips = texts(payload, "would_flip")
    told += [("Reasons" if i == 0 else "", reason) for i, reason in enumerate(reasons)]
    told += [("What would change this" if i == 0 else "", flip) for i, flip in enumerate(flips)]
    return told


def arm_row(arm: Json, *, priced: bool) -> tuple[str, ...]:
    """One arm's cells; its dollars where anybody's are known."""
    made = child(arm, "efficiency")
    name = words(arm, "name") or words(arm, "provider")
    capacity = sum_text(arm.get("capacity"), metered_unit(arm))
    head = (name, figure(made.get("n")), sum_text(arm.get("features")), capacity)
    spent = (range_text(child(arm, SPENT)),) if priced else ()
    return (*head, rate_text(made, metered_unit(arm)), *spent, sample(arm, brief=True))


def pair_row(pair: Json) -> tuple[str, ...]:
    """One comparison's cells."""
    always = child(pair, "anytime")
    ends = [number(always.get(end)) for end in ("low", "high")]
    spread = UNKNOWN if None in ends else f"[{figure(ends[0])}, {figure(ends[1])}]"
    chance = number(pair.get("p_superior"))
    return (
        f"{words(pair, 'a')} / {words(pair, 'b')}",
        f"{figure(pair.get('n_a'))}+{figure(pair.get('n_b'))}",
        interval(child(pair, "ratio")),
        spread,
        UNKNOWN if chance is None else f"{chance:.3f}",
    )


def guardrail_row(rail: Json) -> tuple[str, ...]:
    """One guardrail's cells; a limit of its own has no baseline."""
    name = words(rail, "name")
    baseline = "" if name == "cap_breach" else figure(rail.get("baseline"))
    return (
        name,
        words(rail, "arm"),
        figure(rail.get("value")),
        baseline,
        counts_of(rail),
        f"{number(rail.get('margin')) or 0:g}",
        words(rail, "verdict"),
    )


def counts_of(rail: Json) -> str:
    """Windows behind both values of a guardrail: `6+5`; one count of a limit of its own."""
    both = [rail.get(key) for key in ("n", "n_baseline") if number(rail.get(key)) is not None]
    return "+".join(map(figure, both))


def stands_on(payload: Json) -> list[tuple[str, str]]:
    """Estimates, evidence, votes, anomalies, coverage, looks: everything under the tables."""
    named = [(words(e, "name"), e) for e in children(payload, "estimates")]
    lasts = [(name.removeprefix(LASTING), e) for name, e in named if name.startswith(LASTING)]
    rest = [e for name, e in named if not name.startswith((LASTING, DELIVERED))]
    told = [("lasting", lasting_line(arm)) for arm in children(payload, "arms")]
    told += [("lasting", lasting_line({"name": name, "lasting": e})) for name, e in lasts]
    told += [("estimate", estimate_line(e)) for e in rest if told_at_all(e)]
    told.append(("findings", findings_line(payload.get("findings"))))
    told += [("reserve", f"breached: {what}") for what in texts(payload, "reserve")]
    told += [("evidence", evidence_line(e)) for e in children(payload, "evidence")]
    told += [("churn", line) for line in pooled_lines(children(payload, "arms"))]
    told += [("churn", churn_line(e)) for e in children(payload, "churn")]
    said = texts(payload, "reasons")
    told += [
        ("finding", f"{words(a, 'window')} {anomaly}")
        for a in children(payload, "anomalies")
        for anomaly in (f"{words(a, 'code')}: {words(a, 'what')}",)
        if anomaly not in said and f"{words(a, 'window')} {anomaly}" not in said
    ]
    votes = [*children(payload, "votes"), *children(payload, "later_votes")]
    told += [("vote", vote_line(v)) for v in votes]
    told += [("override", override_line(o)) for o in children(payload, "overrides")]
    told += [
        ("override", f"{override_line(o)}, of card {words(c, 'id')}")
        for c in children(payload, "other_cards")
        for o in children(c, "overrides")
    ]
    cards = [f"{words(c, 'verdict')} ({words(c, 'id')})" for c in children(payload, "other_cards")]
    told.append(("other cards", ", ".join(cards[-LISTED:])))
    told += [("coverage", coverage_line(child(payload, "coverage")))]
    late = children(child(payload, "scope"), "left_out")
    told += [("left out", late_line(entry)) for entry in late]
    return [*told, *seen_besides(payload)]


def told_at_all(estimate: Json) -> bool:
    """Whether an estimate has a line: a load that nobody can know has none."""
    return words(estimate, "name") != "cls" or number(estimate.get("value")) is not None


def seen_besides(payload: Json) -> list[tuple[str, str]]:
    """Completeness, rules that the file lacks, what was seen outside the ledger, looks."""
    told: list[tuple[str, str]] = []
    part = child(payload, "completeness")
    lack = texts(part, "missing")
    missing = f", missing: {', '.join(lack)}" if lack else ""
    if number(part.get("of")):
        told.append(("complete", f"{figure(part.get('have'))}/{figure(part.get('of'))}{missing}"))
    files = child(child(payload, "world"), "artifacts")
    told += [
        ("artefact", f"{path} {'is not what was recorded' if digest else 'is not here'}")
        for path, digest in files.items()
    ]
    lacking = (("rules.yaml", "rules_defaulted"), ("gitledger.yaml", "config_defaulted"))
    told += [
        ("default", f"{name} lacks {key}") for name, at in lacking for key in texts(payload, at)
    ]
    world = child(payload, "world")
    told.append(("integrity", words(world, "proof")))
    told += [("policy", f"policy-loosened: {sentence}") for sentence in texts(world, "loosened")]
    if words(payload, "kind") == "week":
        told += [("note", note) for arm in children(payload, "arms") for note in arm_notes(arm)]
        told.append(("times viewed", looks_line(payload)))
    return told


def quiet(payload: Json) -> list[RenderableType]:
    """Where the card comes from, in one quiet line each."""
    rows = count_text(payload.get("rows_total"), "row")
    of = origin(payload)
    lines = (
        f"card {of['id']}, rule {of['rule']} (rules {of['rules']})",
        f"based on {rows} at commit {of['tip']}, {of['as_of']}, {of['tool']}",
    )
    return [Text(line, style="dim") for line in lines]
