"""A decision card as one HTML page that fetches nothing, for a browser or a mail.

Owns jinja2. Depends on `report.card_text` for the cells, so that all forms say the same; takes
the payload of `gitledger card --json`. Text from rows is escaped by the template engine.
"""

from jinja2 import Environment, StrictUndefined

from gitledger.report.card_text import origin, stands_on, tables, why
from gitledger.report.console import BAD, GOOD
from gitledger.report.payload import Json, children, words

TEMPLATE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ subject }}: {{ verdict }}</title>
<style>
:root { color-scheme: light dark; --good: #1a7f37; --bad: #c42b1c; --open: #966900; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; }
.good { color: var(--good); } .bad { color: var(--bad); } .open { color: var(--open); }
table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .75rem .25rem 0; text-align: left; border-bottom: 1px solid #8884; }
th.right, td.right { text-align: right; }
dt { font-weight: 600; } dd { margin: 0 0 .25rem 1rem; }
footer { opacity: .7; font-size: .85rem; margin-top: 2rem; }
</style>
</head>
<body>
<h1>{{ subject }} <span class="{{ tone(verdict) }}">{{ verdict }}</span></h1>
{% for entry in overrides %}
<p>Overridden: <strong class="{{ tone(entry[0]) }}">{{ entry[0] }}</strong> ({{ entry[1] }})</p>
{% endfor %}
<dl>
{% for label, text in why if text %}
{% if label %}<dt>{{ label }}</dt>{% endif %}<dd>{{ text }}</dd>
{% endfor %}
</dl>
{% for columns, rows in tables %}
<table>
<tr>{% for c in columns %}<th class="{{ c.justify }}">{{ c.title }}</th>{% endfor %}</tr>
{% for row in rows %}
<tr>
{% for cell in row %}
<td class="{{ columns[loop.index0].justify }} {{ tone(cell) }}">{{ cell }}</td>
{% endfor %}
</tr>
{% endfor %}
</table>
{% endfor %}
<dl>
{% for label, text in under if text %}
<dt>{{ label }}</dt><dd>{{ text }}</dd>
{% endfor %}
</dl>
<footer>Card {{ id }}, rule {{ rule }}, rules {{ rules }}, tip {{ tip }}, as of {{ as_of }},
{{ tool }}</footer>
</body>
</html>
"""


def card_html(payload: Json) -> str:
    """The whole page."""
    environment = Environment(
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=True,
    )
    return environment.from_string(TEMPLATE).render(
        subject=words(payload, "subject"),
        verdict=words(payload, "verdict"),
        tone=tone,
        overrides=[
            (words(o, "verdict"), words(o, "reason")) for o in children(payload, "overrides")
        ],
        why=why(payload),
        tables=tables(payload),
        under=stands_on(payload),
        **origin(payload),
    )


def tone(text: str) -> str:
    """The class of a word that judges; none for other text."""
    if text in GOOD:
        return "good"
    if text in BAD:
        return "bad"
    return "open" if text in {"SOFT GO", "HOLD", "INSUFFICIENT", "unknown"} else ""
