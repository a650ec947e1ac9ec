"""A replay as text, Markdown and a chart; curves as characters."""

import pytest

from gitledger.report.plot import Curve, plot
from gitledger.report.replay_text import replay_markdown, replay_text
from gitledger.report.trial_text import trial_markdown, trial_text

SENTENCE = (
    "Simulation only: providers were not chosen at random, "
    "so differences may not be caused by the choice."
)
REPLAY = {
    "strategy": "bwk",
    "baselines": [
        {
            "name": "greedy-ratio",
            "delta_pct": {"value": 4.2, "low": -1.0, "high": 9.9},
            "p_ge_0": 0.93,
            "verdict": "NOT WORSE",
        },
        {
            "name": "greedy-reward",
            "delta_pct": {"value": None, "low": None, "high": None},
            "p_ge_0": 1,
            "verdict": "HOLDS",
        },
    ],
    "support": [
        {
            "provider": "codex",
            "windows": 7,
            "usable": 6,
            "state": "supported",
            "why": "",
            "left_out": [{"window": "W0-20", "reason": "anchor-moved"}],
        },
        {"provider": "glm", "windows": 2, "usable": 2, "state": "refused", "why": "2 usable"},
    ],
    "rounds": 13,
    "worlds": 400,
    "inner": 100,
    "seed": 0,
    "arms": ["claude", "codex"],
    "lp_ceiling": 26.7,
    "lp_mix": [0.75, 0],
    "shadow_prices": {"weekly codex": 0, "round": 2.67},
    "reserve": 10,
    "policies": [
        {
            "name": "bwk",
            "reward_mean": 26.1,
            "pct_of_lp": 97.75,
            "skipped_rounds": 3,
            "budget_left": {"weekly codex": 12.5},
            "curve": [
                {"round": 1, "earned": 10.0, "spent_pct": 20.0},
                {"round": 2, "earned": 26.1, "spent_pct": 60.0},
            ],
        }
    ],
    "notes": ["a | b was refused", SENTENCE],
}
TRIAL = {
    "instance": "ferreira-0.25",
    "title": "Four prices",
    "rounds": 1000,
    "runs": 200,
    "seed": 0,
    "arms": ["a", "b"],
    "lp_per_round": 10.1,
    "lp_total": 10100,
    "lp_mix": [0.75, 0.25],
    "shadow_prices": {"inventory": 37.4},
    "exact_optimum": 10093.5041,
    "policies": [
        {"name": "bwk", "reward_mean": 9948, "reward_se": 2, "pct_of_lp": 98.5, "skipped_rounds": 3}
    ],
}


def test_the_honest_sentence_is_in_the_text() -> None:
    """Whatever the width."""
    for width in (60, 80, 140):
        assert SENTENCE in " ".join(replay_text(REPLAY, width=width).split())


def test_lines_keep_their_width() -> None:
    """Nothing runs over the terminal's edge."""
    for width in (80, 120):
        assert max(map(len, replay_text(REPLAY, width=width).splitlines())) <= width


def test_every_baseline_has_its_verdict() -> None:
    """Gain with its interval, probability, verdict."""
    line = next(s for s in replay_text(REPLAY).splitlines() if s.startswith("greedy-ratio"))
    assert line.split() == ["greedy-ratio", "+4.2", "[-1.0,", "+9.9]", "0.930", "NOT", "WORSE"]


def test_an_unknown_gain_says_unknown() -> None:
    """Never 0 for unknown."""
    line = next(s for s in replay_text(REPLAY).splitlines() if s.startswith("greedy-reward"))
    assert line.split()[1] == "unknown"


def test_support_names_what_was_left_out_and_who_was_refused() -> None:
    """Windows by provider, with reasons."""
    text = " ".join(replay_text(REPLAY).split())
    assert "codex: 6 of 7 windows usable; W0-20 anchor-moved" in text
    assert "glm: 2 of 2 windows usable; refused: 2 usable" in text


@pytest.mark.parametrize("unit", ["features x quality", "features", "quality per point"])
def test_every_figure_says_what_a_reward_counts(unit: str) -> None:
    """The column, the chart, the maximum and the worth of one more: in text and in Markdown."""
    payload = {**REPLAY, "reward_unit": unit}
    told = [replay_markdown(payload), replay_text(payload, width=140)]
    for text in told:
        assert f"\ncumulative {unit}\n" in text
        assert f"26.7 {unit}, mix claude" in text
        assert f"window 2.67 {unit}\n" in text
    assert f"| policy | {unit} | % of the maximum |" in told[0]
    assert any(line.startswith("policy ") and f" {unit} " in line for line in told[1].split("\n"))
    assert all(f"+4.2 % {unit} " in " ".join(text.split()) for text in told)


def test_a_payload_of_an_earlier_release_counts_features() -> None:
    """It did not say what it counted."""
    assert "26.7 features, mix" in replay_text(REPLAY)


def test_markdown_escapes_what_came_from_rows() -> None:
    """A note cannot make a table."""
    text = replay_markdown(REPLAY)
    assert "a \\| b was refused" in text
    assert text.startswith("## Router replay: bwk against greedy-ratio and greedy-reward\n")


def test_a_trial_shows_ceiling_and_exact_optimum() -> None:
    """Both yardsticks stand beside the policies."""
    for text in (trial_text(TRIAL), trial_markdown(TRIAL)):
        assert "10,093.5041" in text
        assert "a 0.750, b 0.250" in text


def test_a_plot_ends_in_its_corner() -> None:
    """The largest point stands at the top right, the origin at the bottom left."""
    drawn = plot([Curve("up", [(0, 0), (10, 5)])], x_title="x", y_title="y", width=40, height=6)
    rows = drawn.splitlines()
    assert rows[1].endswith("*")
    assert "|*" in rows[6]
    assert {len(row) for row in rows[1:2]} == {len(rows[7])}


def test_the_first_curve_is_drawn_on_top() -> None:
    """Where curves meet, the strategy is seen."""
    both = [Curve("a", [(0, 0), (1, 1)]), Curve("b", [(0, 0), (1, 1)])]
    grid = plot(both, x_title="x", y_title="y").rsplit("\n", 1)[0]
    assert "*" in grid
    assert "o" not in grid


def test_no_points_draw_nothing() -> None:
    """A horizon of 0 has no plot."""
    assert plot([Curve("a", [])], x_title="x", y_title="y") == ""
    assert "cumulative" not in replay_text({**REPLAY, "policies": []})


def test_points_all_zero_do_not_divide() -> None:
    """Nothing earned, nothing spent: a flat line."""
    assert "*" in plot([Curve("a", [(0, 0), (0, 0)])], x_title="x", y_title="y")


def test_the_chart_is_left_out_where_a_policy_spends_nothing() -> None:
    """Its line would be upright; the lines below the tables say why there is no chart."""
    free = REPLAY["policies"][0] | {
        "name": "greedy-ratio",
        "curve": [{"round": 1, "earned": 7.0, "spent_pct": 0}],
    }
    told = replay_text(REPLAY | {"policies": [*REPLAY["policies"], free]})
    assert "cumulative features" in replay_text(REPLAY)
    assert "cumulative features" not in told
    assert "left out: greedy-ratio earns features that cost nothing" in " ".join(told.split())
