"""GLM against the baseline as terminal text and as Markdown, the same values in both.

Depends on `report.console`, `report.figures` and `report.markdown`; takes the payload of
`compare --json`.
"""

from rich.console import RenderableType

from gitledger.measure.estimate import percent as share_text
from gitledger.report import markdown
from gitledger.report.console import (
    WIDTH,
    TableColumn,
    heading,
    label_lines,
    markdown_table,
    render,
    table,
)
from gitledger.report.figures import UNKNOWN, count_text, figure, money, number, percent
from gitledger.report.lasting_text import arms_lasting
from gitledger.report.payload import Json, child, children, words

COLUMNS = (
    TableColumn("request"),
    TableColumn("baseline", "right"),
    TableColumn("glm", "right"),
    TableColumn("tokens +-", "right"),
    TableColumn("baseline $", "right"),
    TableColumn("glm $", "right"),
    TableColumn("$ +-", "right"),
)
LISTED = 8
NO_WINDOW = f"{UNKNOWN} (no window of these requests is recorded)"
NONE = "no request was completed on both sides"


def compare_text(payload: Json, *, width: int = WIDTH, colour: bool = False) -> str:
    """Matched requests, totals, and everything that could not be matched or priced."""
    rows = request_rows(payload)
    parts: list[RenderableType] = [
        heading("GLM against baseline", words(payload, "verdict")),
        "",
        table(COLUMNS, rows) if rows else NONE,
        "",
        label_lines(under(payload)),
    ]
    return render(parts, width=width, colour=colour).rstrip("\n")


def compare_markdown(payload: Json) -> str:
    """The same as Markdown."""
    rows = request_rows(payload)
    head = f"## GLM against baseline: {markdown.cell(words(payload, 'verdict'))}"
    shown = markdown_table(COLUMNS, rows) if rows else f"{NONE.capitalize()}."
    return "\n\n".join((head, shown, markdown.items(under(payload))))


def request_rows(payload: Json) -> list[tuple[str, ...]]:
    """The matched requests and their totals; nothing where none matched."""
    totals = child(payload, "totals")
    if not number(totals.get("matched")):
        return []
    rows = [request_row(row, words(row, "rid")) for row in children(payload, "rows")]
    return [*rows, request_row(totals, "all")]


def request_row(row: Json, name: str) -> tuple[str, ...]:
    """One request's cells, or the totals'."""
    return (
        name,
        figure(row.get("baseline_tokens")),
        figure(row.get("glm_tokens")),
        signed_difference(row.get("delta_tokens")),
        money(row.get("baseline_usd")),
        money(row.get("glm_usd")),
        money(row.get("delta_usd")),
    )


def signed_difference(value: object) -> str:
    """A difference with its sign."""
    known = number(value)
    return f"{known:+,.0f}" if known is not None else figure(value)


def under(payload: Json) -> list[tuple[str, str]]:
    """Shares, what was left out, and where events come from while there are none."""
    if number(payload.get("events")) == 0:
        return [("next", "gitledger ingest proxy-telemetry --from FILE")]
    totals = child(payload, "totals")
    matched = count_text(totals.get("matched"), "request")
    told = [
        ("matched", f"{matched}, {figure(totals.get('priced'))} with a price on both sides"),
        ("glm share", f"{percent(totals.get('glm_token_share'))} of the tokens"),
        ("difference", difference(totals)),
    ]
    lost = children(payload, "unmatched")
    told += [
        ("unmatched" if i == 0 else "", f"{words(u, 'rid') or '(none)'}: {words(u, 'reason')}")
        for i, u in enumerate(lost[:LISTED])
    ]
    if len(lost) > LISTED:
        told.append(("", f"and {len(lost) - LISTED} more"))
    told += [
        ("unpriced", f"{words(m, 'model')} x{figure(m.get('count'))}")
        for m in children(payload, "unpriced")
    ]
    told += [
        ("unknown kind", f"{words(k, 'kind')} x{figure(k.get('count'))}")
        for k in children(payload, "unknown_kinds")
    ]
    beside = arms_lasting(payload) or [("lasting", NO_WINDOW)]
    return [*told, *beside, ("prices", words(payload, "prices"))]


def difference(totals: Json) -> str:
    """Tokens and dollars of GLM relative to the baseline."""
    pairs = (("tokens", "delta_tokens_share"), ("dollars", "delta_usd_share"))
    shares = [(name, number(totals.get(key))) for name, key in pairs]
    return ", ".join(
        f"{share_text(share, signed=True)} {name}" for name, share in shares if share is not None
    )
