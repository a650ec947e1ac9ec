"""The page as text: what it fetches (nothing), what it holds, and what its sentences claim."""

import re
from base64 import b64encode
from hashlib import sha256

import pytest
from page_values import RECIPE, arm, overview, page_of

from gitledger.report.page.answer import headline, tiles
from gitledger.report.page.html import report_html
from gitledger.report.page.subscriptions import sentences
from gitledger.report.page.tables import guards_table

HOSTILE = "x</script><img src=http://a.example onerror=alert(1)>\u202e"


def test_the_policy_holds_the_hashes_of_all_that_runs_and_styles() -> None:
    """One style sheet, one script, each as hashed; nothing else may load, post or frame."""
    page = page_of()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    said = policy[1].replace("&#39;", "'")
    assert said.startswith("default-src 'none'; base-uri 'none'; form-action 'none'; style-src ")
    for kind in ("style", "script"):
        (content,) = re.findall(rf"<{kind}>(.*?)</{kind}>", page, re.DOTALL)
        digest = b64encode(sha256(content.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in said


def test_nothing_is_fetched_and_no_attribute_runs_or_styles() -> None:
    """No address but anchors of the page itself."""
    page = page_of()
    assert re.findall(r'(?:src|srcset|action|xlink:href)="', page) == []
    assert all(link.startswith("#") for link in re.findall(r'href="([^"]*)"', page))
    assert re.findall(r"<[^>]+\s(?:style|on\w+)=", page) == []


def test_every_link_leads_somewhere() -> None:
    """Each number's link names an element that the page has, once."""
    page = page_of()
    ids = re.findall(r'\sid="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]*)"', page)) <= set(ids)


def test_the_same_overview_gives_the_same_bytes() -> None:
    """No clock, no random order."""
    assert page_of() == page_of()


def test_texts_of_rows_are_escaped_wherever_they_stand() -> None:
    """In cells, titles of marks, descriptions and the head."""
    windows = overview()["windows"]
    windows[0] |= {"reasons": [HOSTILE]}
    page = page_of(windows=windows, subject=HOSTILE)
    assert "<img" not in page
    assert "x&lt;/script&gt;" in page


def test_an_empty_ledger_has_a_page() -> None:
    """It says what is missing and what to do; no drawing of nothing."""
    empty = {
        "idle": [],
        "lines": [],
        "traces": [],
        "steps": [],
        "cards": [],
        "survival": {"steps": []},
        "worked": {"from": None, "to": None},
    }
    bare = overview(0, **empty)
    bare["card"] |= {"arms": [], "guardrails": [], "coverage": {"windows": 0, "usable": 0}}
    page = report_html(bare, RECIPE)
    assert "No window is usable yet" in page
    assert "gitledger start PROVIDER" in page
    assert "<figure>" not in page


@pytest.mark.parametrize(
    ("verdict", "rule", "ends"),
    [
        ("HOLD", "week.hold", "on glm: too close to call."),
        ("GO", "week.go", "the difference is larger than chance explains."),
        ("SOFT GO", "week.soft_go", "a lean, not settled."),
        ("NO-GO", "week.churn", "too much of the work is gone."),
        ("INVALID", "week.invalid", "the record has errors, so nothing is ranked."),
        ("INSUFFICIENT", "week.insufficient", "too few windows to compare."),
    ],
)
def test_the_headline_claims_what_the_card_claims(verdict: str, rule: str, ends: str) -> None:
    """Never a ranking that the card does not give."""
    page = overview()
    page["card"] |= {"verdict": verdict, "rule": rule}
    told = headline(page)
    assert told.startswith(
        "One percent of a week bought 0.24 features on codex, 0.12 on claude and 0.36 on glm"
    )
    assert told.endswith(ends)


def test_points_of_two_meters_are_two_sentences() -> None:
    """A point of five hours stands in no comparison with one of a week."""
    page = overview()
    page["card"]["arms"] = [arm("codex", 0.2), {**arm("glm", 0.1), "meter": "5h"}]
    assert (
        "One percent of five hours bought 0.10 features on glm; one percent of a week"
        in headline(page)
    )


def test_points_of_several_plans_are_no_sum() -> None:
    """Used points stand beside each other, with their providers."""
    used = tiles(overview())[2]
    assert used.value == "50 + 50 + 50"
    assert used.beside == "50 weekly pp codex; 50 weekly pp claude; 50 weekly pp glm"


def test_points_unused_stand_in_the_order_of_the_other_figures() -> None:
    """Whatever order the periods come in; a provider without an arm comes last."""
    bare = overview()["idle"][0]
    idle = [
        bare | {"provider": name, "idle_pp": n}
        for name, n in (("other", 1), ("glm", 2), ("codex", 3))
    ]
    assert tiles(overview(idle=idle))[3].value == "3 + 2 + 1"


def test_a_thousand_windows_open_and_more_are_folded_by_week() -> None:
    """Above 1,500 a window is a line; its week opens."""
    whole, folded = page_of(1000), page_of(1600)
    assert whole.count("gitledger show W0-") == 1000
    assert "gitledger show W0-" not in folded
    assert folded.count('<tr id="w-') == 1600
    assert "2026-W10: " in folded
    assert "Meters in windows, by week" in folded
    assert "Features over points used, by week" in folded
    assert len(whole.encode()) < 1_500_000


def test_a_guardrail_tells_whether_it_held() -> None:
    """The page's table reads the card's own key."""
    card = {"guardrails": [{"name": "quality", "arm": "glm", "verdict": "fail", "why": "0 >= 1"}]}
    assert guards_table(card).rows[0][2] == "fail"


def test_rates_of_which_the_same_is_said_share_a_line() -> None:
    """Six subscriptions in their first week are one sentence; another sentence keeps its names."""

    def rate(provider: str, meter: str, sentence: str) -> dict[str, object]:
        return {"provider": provider, "account": "", "meter": meter, "sentence": sentence}

    early = [
        rate(name, meter, "one week") for name in ("codex", "glm") for meter in ("5h", "tokens")
    ]
    assert sentences(early) == [("codex and glm (5h, tokens)", "one week")]
    assert sentences([*early[:3], rate("glm", "tokens", "a change")]) == [
        ("codex, 5h; codex, tokens; glm, 5h", "one week"),
        ("glm, tokens", "a change"),
    ]
