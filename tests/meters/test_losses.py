"""What a panel lost is seen from what is left: bars, clocks, labels, heads and feet."""

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from damage import Panel, digit_damages, tally

from gitledger.demo.panes import (
    CodexStyle,
    SampleMeter,
    claude_panel,
    codex_panel,
)
from gitledger.meters import registry
from gitledger.meters.problems import codes
from gitledger.meters.reading import Parsed

AT = datetime(2026, 3, 3, 20, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
NEAR, FAR = AT + timedelta(hours=2, minutes=11), AT + timedelta(days=3, hours=5)
SPARK = "GPT-5.3-Codex-Spark"
POOLS = (
    SampleMeter(300, 35, NEAR),
    SampleMeter(10080, 52, FAR),
    SampleMeter(300, 1, NEAR, SPARK),
    SampleMeter(10080, 3, FAR, SPARK),
)
MODELS = (*POOLS[:2], SampleMeter(10080, 12, FAR, "Fable"))
CODEX = codex_panel(POOLS, at=AT, zone=BERLIN, style=CodexStyle())
CLAUDE = claude_panel(MODELS, at=AT, zone=BERLIN)
HEAD = ">_ OpenAI Codex (v0.142.5)\n\n"


def read(text: str, source: str = "codex") -> Parsed:
    """A text at a fixed moment in Berlin."""
    return registry.parse(source, text, at=AT, tz=BERLIN)


def meters(parsed: Parsed) -> list[str]:
    """Bucket, meter and percent of each reading."""
    return [f"{r.bucket} {r.meter} {r.used_pct}" for r in parsed.readings]


@pytest.mark.parametrize(
    ("row", "used"),
    [
        ("[██████████████████░░] 92% left", 8),
        ("[██████████████████░░] 9% left", None),
        ("[██░░░░░░░░░░░░░░░░░░] 92% left", None),
        ("[██████████████████░░] 92% used", 92),
        ("[###---------------- -] 11% used", 11),
        ("[###-----------------] 41% used", None),
        ("[?????????????????---] 41% used", 41),
    ],
)
def test_a_codex_bar_shows_the_printed_number(row: str, used: int | None) -> None:
    """More than a cell away from the number, never its complement: the row is refused."""
    parsed = read(f"{HEAD}  Weekly limit:  {row} (resets 09:15 on 8 Mar)")
    assert [reading.used_pct for reading in parsed.readings] == ([] if used is None else [used])
    assert codes(parsed.problems) == (("bar-mismatch",) if used is None else ())


@pytest.mark.parametrize(("old", "new"), [("52% used", "2% used"), ("12% used", "72% used")])
def test_a_claude_bar_warns(old: str, new: str) -> None:
    """A bar that shows another number is told; the percent stands as printed."""
    parsed = read(CLAUDE.replace(old, new), "claude")
    assert len(parsed.readings) == len(MODELS)
    assert [(p.code, p.severity) for p in parsed.problems] == [("bar-mismatch", "warning")]


def test_narrow_claude_bars_have_one_width() -> None:
    """Bars on rows of their own show no width, but all fit one; a wrong number fits none."""
    text = "Current session\n{}\n32% used\n\nCurrent week (all models)\n{}\n{}% used\n"
    narrow = f"  Settings  Status   Config   Usage\n\n{text}\nEsc to cancel"
    right = narrow.format("█" * 16, "█" * 28, 57)
    assert codes(read(right, "claude").problems) == ()
    wrong = narrow.format("█" * 16, "█" * 28, 7)
    assert codes(read(wrong, "claude").problems) == ("bar-mismatch",)


@pytest.mark.parametrize("clock", ["0:53", "9:5", "9:05"])
def test_codex_clocks_have_two_digits(clock: str) -> None:
    """A clock with a single digit lost one: the reset is unknown, the percent stays."""
    parsed = read(f"{HEAD}  Weekly limit:  8% used (resets {clock} on 7 Mar)")
    assert [(r.used_pct, r.resets_at) for r in parsed.readings] == [(8, None)]
    assert "reset-unreadable" in codes(parsed.problems)


@pytest.mark.parametrize("label", ["", ":", "x-Spark limit", "Weekl limit;", "eekly lim t:"])
def test_no_row_with_a_figure_vanishes(label: str) -> None:
    """A row whose label cannot be read is told, and then no figure is given to the main pool."""
    rows = f"{HEAD}  Weekly limit:  52% left\n{label:<17}[██████████░░░░░░░░░░] 48% left\n"
    parsed = read(rows)
    assert meters(parsed) == []
    assert "truncated" in codes(parsed.problems)


@pytest.mark.parametrize("lost", ["GPT-5.3-Codex-Spark limit", "GPT-5.3-Codex-Spark limi:"])
def test_rows_below_a_heading_that_is_lost(lost: str) -> None:
    """Rows below a row that is not understood belong to nobody; those above it stand."""
    rows = (HEAD, "Weekly limit: 52% left", lost, "5h limit: 99% left")
    parsed = read("\n".join(rows))
    assert meters(parsed) == ["default weekly 48"]
    assert "truncated" in codes(parsed.problems)


def test_a_heading_that_is_gone() -> None:
    """A meter that is given twice shows that a heading is gone: the pool is refused altogether."""
    rows = (HEAD, "Weekly limit: 52% left", "5h limit: 99% left", "Weekly limit: 97% left")
    assert meters(read("\n".join(rows))) == []
    assert "ambiguous" in codes(read("\n".join(rows)).problems)


def test_a_selection_that_begins_below_a_heading() -> None:
    """Rows at the top of a box without its head may be any pool's."""
    rows = "│ 5h limit: 99% left │\n│ Weekly limit: 97% left │\n╰────────────────────────╯"
    parsed = read(rows)
    assert meters(parsed) == []
    assert "truncated" in codes(parsed.problems)


@pytest.mark.parametrize(("first", "last"), [(5, None), (0, -2)])
def test_a_panel_without_head_or_foot_is_partial(first: int, last: int | None) -> None:
    """What is left is read where it is certain, and said to be a part."""
    parsed = read("\n".join(CODEX.split("\n")[first:last]))
    assert meters(parsed)[:2] == ["default 5h 35", "default weekly 52"]
    assert [(p.code, p.severity) for p in parsed.problems] == [("partial", "warning")]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("claude", CLAUDE.replace("  Settings  Status   Config   Usage   Stats", "")),
        ("claude", CLAUDE.replace("  Esc to cancel", "")),
        ("claude", CLAUDE[: CLAUDE.index("  Current week (all")] + "  Esc to cancel"),
        ("codex", f"{HEAD}  5h limit:  35% used"),
    ],
)
def test_an_output_without_a_part_it_always_has(source: str, text: str) -> None:
    """Tabs, footer, the session's row, the row of all models, the week: one lost is told."""
    assert codes(read(text, source).problems) == ("partial",)
    assert read(text, source).readings


def test_two_percents_in_one_row() -> None:
    """Two different percents in a row are refused; the same one twice is a way to read aloud."""
    assert meters(read(f"{HEAD}  Weekly limit:  52% left 48% left")) == []
    row = "Current session\n12% {}% used\n"
    assert meters(read(row.format(12), "claude")) == ["default 5h 12"]
    assert meters(read(row.format(13), "claude")) == []
    assert "ambiguous" in codes(read(row.format(13), "claude").problems)


def test_a_heading_near_all_models_is_that_row() -> None:
    """A damaged name of the main week makes no meter of its own."""
    parsed = read(CLAUDE.replace("all models", "all modls"), "claude")
    assert meters(parsed) == ["default 5h 35", "default weekly 52", "default weekly-fable 12"]
    assert codes(parsed.problems) == ("truncated",)


def test_a_lost_heading_is_told() -> None:
    """A percent row without its heading does not go away in silence."""
    parsed = read(CLAUDE.replace("Current session", "Curretsession"), "claude")
    assert "truncated" in codes(parsed.problems)
    assert "default 5h 35" not in meters(parsed)


def test_two_accounts_in_one_text() -> None:
    """Panels of two accounts are refused with the reason; two of one account are not."""
    other = CODEX.replace("ada@example.org", "bob@example.org")
    assert codes(read(f"{CODEX}\n\n{other}").problems) == ("two-accounts",)
    assert codes(read(f"{CODEX}\n\n{CODEX}").problems) == ()
    text = "Claude Max · {}'s Organization\n{}\n"
    first, second = text.format("ada@example.org", CLAUDE), text.format("bob@example.org", CLAUDE)
    assert codes(read(first + second, "claude").problems) == ("two-accounts",)
    assert "two-accounts" not in codes(read(first + first, "claude").problems)


def test_a_later_panel_that_is_cut_is_told() -> None:
    """The last whole panel counts, and a newer one that is not whole is named."""
    parsed = read(f"{CODEX}\n\n{CODEX[: len(CODEX) // 2]}")
    assert len(parsed.readings) == len(POOLS)
    assert codes(parsed.problems) == ("partial",)


def test_a_format_that_is_not_known_says_what_was_looked_for() -> None:
    """A refusal names the rows that a usage output would have."""
    for source, word in (("codex", "5h limit"), ("claude", "Current session")):
        (found,) = read("limits: about a third", source).problems
        assert (found.code, word in found.hint) == ("no-meter", True)


PANELS = (
    Panel("codex", "codex", CODEX, AT, BERLIN),
    Panel("claude", "claude", CLAUDE, AT, BERLIN),
)


def test_one_character_of_damage() -> None:
    """Each character deleted or replaced once: no wrong percent in silence, none foreign."""
    found = tally(PANELS)
    assert (found.silent, found.foreign) == ([], [])
    assert found.tried == sum(len(panel.text) for panel in PANELS)


@pytest.mark.parametrize(("panel", "most"), tuple(zip(PANELS, (7, 2), strict=True)))
def test_a_digit_replaced_by_another_is_seen_or_near(panel: Panel, most: int) -> None:
    """What the bar cannot tell apart is a cell and a half away: seven points, two for Claude."""
    truth = {(r.bucket, r.meter): r.used_pct for r in panel.read().readings}
    for copy, damage in (d for seed in range(5) for d in digit_damages(panel.text, Random(seed))):
        parsed = panel.read(copy)
        gaps = [abs(r.used_pct - truth.get((r.bucket, r.meter), 999)) for r in parsed.readings]
        assert parsed.problems or max(gaps, default=0) <= most, damage


@pytest.mark.parametrize("name", ["x-Spark", "GPT-5.3-Codex-Sprk", "eserve"])
def test_a_pool_whose_name_is_damaged_is_no_pool(name: str) -> None:
    """A known name without its beginning, or a letter off, is refused; a new one is read."""
    rows = (HEAD, "Weekly limit: 52% left", f"{name} Weekly limit: 97% left")
    parsed = read("\n".join(rows))
    assert meters(parsed) == ["default weekly 48"]
    assert "truncated" in codes(parsed.problems)
    fresh = read("\n".join((*rows[:2], "GPT-5.4-Codex-Spark Weekly limit: 97% left")))
    assert meters(fresh) == ["default weekly 48", "gpt-5.4-codex-spark weekly 3"]
    assert codes(fresh.problems) == ("new-label",)
