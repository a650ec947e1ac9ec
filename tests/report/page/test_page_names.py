"""What a forwarded page does not tell: twenty planted names, accounts, money, free texts."""

import json
from typing import Any

from page_values import RECIPE, overview

from gitledger.report.page.html import report_html
from gitledger.report.page.names import incognito, without_accounts, without_money

PLANTED = [
    *(f"secret-window-{i}" for i in range(6)),
    *(f"secret/branch-{i}" for i in range(3)),
    *(f"SECRET-CAP-{i}" for i in range(3)),
    *(f"Secret Person {i}" for i in range(3)),
    *(
        "secret-repository",
        "refs/secret/ledger",
        "secret-account",
        "TR-secret-run",
        "secret message",
    ),
]


def planted() -> dict[str, Any]:
    """An overview with a name in every place that can hold one."""
    page = overview(6)
    text = json.dumps(page)
    for index in range(6):
        text = text.replace(f'"W0-{index:02}"', f'"{PLANTED[index]}"')
    page = json.loads(text.replace('"work"', '"secret-account"'))
    for index, window in enumerate(page["windows"]):
        window["commits"][0]["branch"] = PLANTED[6 + index % 3]
        window["evidence"][0] |= {
            "capability": PLANTED[9 + index % 3],
            "run": "TR-secret-run",
            "runner": "secret message",
        }
        window["reasons"] = [f"{PLANTED[index]} shares {PLANTED[9 + index % 3]} on {PLANTED[6]}"]
        window["parts"][0]["why"] = f"{PLANTED[5 - index]} used the same account in between"
    page["card"]["votes"] = [{"voter": PLANTED[12], "vote": "go", "message": "secret message"}]
    page["card"]["reasons"] = [f"{PLANTED[0]} stale-pane: {PLANTED[9]} of {PLANTED[12]}"]
    page["cards"][0]["votes"] = [
        {"voter": PLANTED[13 + i], "vote": "go", "tier": 1, "message": "secret message"}
        for i in range(2)
    ]
    page["cards"][0]["overrides"] = [{"verdict": "GO", "reason": "secret message"}]
    return page


def test_incognito_tells_none_of_twenty_names() -> None:
    """Not in texts, titles, descriptions or attributes; the numbers stay."""
    assert len(PLANTED) == 20
    names = {"refs/secret/ledger": "the ledger branch", "secret-repository": "the repository"}
    page = report_html(planted(), RECIPE)
    shown = [n for n in PLANTED if n in page]
    assert set(PLANTED) - set(shown) <= set(names), "the plants must be seen without incognito"
    hidden = report_html(incognito(without_accounts(planted()), names), RECIPE)
    assert [n for n in PLANTED if n.lower() in hidden.lower()] == []
    assert "secret" not in hidden.lower()
    assert "window-1 stale-pane" in hidden
    assert page.count("0.240") == hidden.count("0.240")


def test_a_name_inside_another_is_not_taken_apart() -> None:
    """W0-1 is no part of W0-11, and a hash is no name."""
    page = overview(2)
    page["windows"][0]["window"], page["windows"][1]["window"] = "W0-1", "W0-11"
    page["windows"][0]["reasons"] = ["W0-11, W0-1.", "aW0-1", "W0-111"]
    told = incognito(page, {})["windows"][0]["reasons"]
    assert told == ["window-2, window-1.", "aW0-1", "W0-111"]


def test_accounts_are_numbered_unless_asked_for() -> None:
    """The only account of a provider has no name to hide."""
    page = without_accounts(overview())
    assert {p["account"] for w in page["windows"] for p in w["parts"]} == {"account 1", "default"}


def test_money_is_left_out_unless_asked_for() -> None:
    """No amount, no sentence on prices; what stays is whole."""
    page = overview()
    page["card"]["reasons"] = ["claude against codex: $1.50 a feature", "churn measured"]
    page["card"]["would_flip"] = ["points of different plans; give their prices"]
    page["card"]["guardrails"].append(
        {"name": "cost_per_feature", "verdict": "fail", "why": "9 > 3"}
    )
    told = without_money(page)
    assert "$" not in json.dumps(told)
    assert [arm["cost_per_feature"] for arm in told["card"]["arms"]] == [None] * 3
    assert told["card"]["reasons"] == ["churn measured"]
    assert told["card"]["would_flip"] == ["it is about prices, which this page leaves out"]
    assert [g["name"] for g in told["card"]["guardrails"]] == ["cap_breach"]
    assert told["idle"][0]["idle_pp"] == 28
    page_text = report_html(told, RECIPE)
    assert "$" not in page_text.replace("$1", "")
    assert "price" not in page_text.replace("about prices, which this page leaves out", "").lower()


def test_a_name_that_is_a_word_of_the_page_takes_no_other_place() -> None:
    """An account `codex` and a voter `pass` go; the provider, the outcome and sentences stay."""
    page = {
        "subject": "all",
        "card": {
            "arms": [{"name": "codex/codex", "provider": "codex"}],
            "reasons": ["codex against claude: ratio 2"],
            "guardrails": [{"name": "quality", "arm": "codex", "verdict": "pass", "why": "1 >= 0"}],
            "votes": [{"voter": "pass", "vote": "go"}],
        },
        "traces": [{"provider": "codex", "account": "codex"}],
        "windows": [{"window": "claude", "parts": [{"provider": "claude", "outcome": "pass"}]}],
    }
    told = incognito(without_accounts(page), {})
    assert told["card"]["arms"] == [{"name": "codex/account 1", "provider": "codex"}]
    assert told["card"]["reasons"] == ["codex against claude: ratio 2"]
    assert told["card"]["guardrails"][0]["verdict"] == "pass"
    assert told["card"]["votes"] == [{"voter": "person-1", "vote": "go"}]
    assert told["traces"] == [{"provider": "codex", "account": "account 1"}]
    assert told["windows"][0]["window"] == "window-1"
    assert told["windows"][0]["parts"] == [{"provider": "claude", "outcome": "pass"}]
