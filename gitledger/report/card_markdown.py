"""A decision card as Markdown, for a pull request or a mail.

Owns jinja2. Depends on `report.card_text` for the cells, so that both say the same; takes the
payload of `gitledger card --json`.
"""

from collections.abc import Sequence

from jinja2 import Environment, StrictUndefined

from gitledger.report.card_text import origin, stands_on, tables, why
from gitledger.report.markdown import escape_line
from gitledger.report.payload import Json, children, words

TEMPLATE = """\
## {{ subject }}: {{ verdict }}

{% for entry in overrides %}
Overridden: **{{ entry.verdict }}** ({{ entry.reason }})

{% endfor %}
{% for label, text in why if text %}
- **{{ label }}**: {{ text }}
{% endfor %}
{% for columns, rows in tables %}

| {{ columns | join(" | ", attribute="title") }} |
|{% for _ in columns %} --- |{% endfor %}

{% for row in rows %}
| {{ row | map("escaped") | join(" | ") }} |
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
    environment.filters["escaped"] = escape_line
    of = origin(payload)
    return environment.from_string(TEMPLATE).render(
        subject=escape_line(words(payload, "subject")),
        verdict=words(payload, "verdict"),
        overrides=[
            {"verdict": words(o, "verdict"), "reason": escape_line(words(o, "reason"))}
            for o in children(payload, "overrides")
        ],
        why=label_facts(why(payload)),
        tables=tables(payload),
        under=[(escape_line(label), escape_line(text)) for label, text in stands_on(payload)],
        **of | {"tool": escape_line(of["tool"])},
    )


def label_facts(told: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Labels and escaped texts; an item of a list is one fact, so each bears its label."""
    found, label = [], ""
    for name, text in told:
        label = name or label
        found.append((label, escape_line(text)))
    return found
