"""A decision card as Markdown, for a pull request or a mail.

Owns jinja2. Depends on `report.card_text` for the cells, so that both say the same; takes the
payload of `gitledger card --json`.
"""

from collections.abc import Sequence

from jinja2 import Environment, StrictUndefined

from gitledger.report.card_text import (
    ARM_COLUMNS,
    GUARDRAIL_COLUMNS,
    PAIR_COLUMNS,
    SHORT,
    arm_row,
    guardrail_row,
    pair_row,
    stands_on,
    why,
)
from gitledger.report.console import Column
from gitledger.report.figures import Json, children, words

SPECIAL = str.maketrans({c: f"\\{c}" for c in "\\`*_[]<>|#~"} | {"\n": " "})
TEMPLATE = """\
## {{ subject }}: {{ verdict }}

{% for entry in overrides %}
Overridden: **{{ entry.verdict }}** ({{ entry.reason }})

{% endfor %}
{% for label, text in why if text %}
- {% if label %}**{{ label }}**: {% endif %}{{ text }}
{% endfor %}
{% for head, rows in tables if rows %}

| {{ head | join(" | ") }} |
|{% for _ in head %} --- |{% endfor %}

{% for row in rows %}
| {{ row | join(" | ") }} |
{% endfor %}
{% endfor %}

{% for label, text in under if text %}
- {{ label }}: {{ text }}
{% endfor %}

Card `{{ id }}`, rule `{{ rule }}`, rules `{{ rules }}`, tip `{{ tip }}`, as of {{ as_of }},
{{ tool }}
"""


def card_markdown(payload: Json) -> str:
    """The card as Markdown; text from rows is escaped, so that no note can become a heading."""
    environment = Environment(
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701  Markdown, not HTML: `escaped` takes its place
    )
    tables = (
        (heads(ARM_COLUMNS), [cells(arm_row(a)) for a in children(payload, "arms")]),
        (heads(PAIR_COLUMNS), [cells(pair_row(c)) for c in children(payload, "comparisons")]),
        (
            heads(GUARDRAIL_COLUMNS),
            [cells(guardrail_row(g)) for g in children(payload, "guardrails")],
        ),
    )
    return environment.from_string(TEMPLATE).render(
        subject=escaped(words(payload, "subject")),
        verdict=words(payload, "verdict"),
        overrides=[
            {"verdict": words(o, "verdict"), "reason": escaped(words(o, "reason"))}
            for o in children(payload, "overrides")
        ],
        why=[(label, escaped(text)) for label, text in why(payload)],
        tables=tables,
        under=[(escaped(label), escaped(text)) for label, text in stands_on(payload)],
        id=words(payload, "id"),
        rule=words(payload, "rule"),
        rules=words(payload, "rules_sha256")[:SHORT],
        tip=words(payload, "tip")[:SHORT],
        as_of=words(payload, "as_of")[:19] + "Z",
        tool=escaped(words(payload, "tool")),
    )


def heads(columns: Sequence[Column]) -> list[str]:
    """Column titles."""
    return [column.title for column in columns]


def cells(row: Sequence[str]) -> list[str]:
    """Escaped cells."""
    return [escaped(cell) for cell in row]


def escaped(text: str) -> str:
    """Text without meaning in Markdown, on one line."""
    return text.translate(SPECIAL)
