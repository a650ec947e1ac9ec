"""Features over all windows as they stand: once, and not while they are taken back."""

from hypothesis import given
from hypothesis import strategies as st

from gitledger.ledger.row import Row
from gitledger.windows.fold import fold_windows
from gitledger.windows.standing import standing
from gitledger.windows.window import Window

NAMES = ("CAP-1", "CAP-2", "#7")


def row(window: str, place: int, *names: str) -> Row:
    """A counted completion; the commit behind each feature is named after both."""
    values = {
        "window": window,
        "by": "automatic",
        "feature_rule": "trailers",
        "features": ({"provider": "codex", "account": "default", "features": len(names)},),
        "counted": tuple(
            {
                "feature": name,
                "provider": "codex",
                "account": "default",
                "commits": (f"{window}{name}",),
            }
            for name in names
        ),
    }
    return Row("windows", f"2026-11-02T10:00:{place:02}Z", "me", "t", values, f"{place}")


def counts(windows: tuple[Window, ...]) -> dict[str, int]:
    """Features of each window."""
    return {w.id: w.finalised.canonical.features for w in windows if w.finalised}


def test_the_earliest_window_keeps_a_feature() -> None:
    """Two clones counted it in two windows before they met."""
    windows = fold_windows({"windows": [row("W1", 1, "CAP-1"), row("W2", 2, "CAP-1", "CAP-2")]})
    assert counts(windows) == {"W1": 1, "W2": 1}


def test_what_was_taken_back_counts_where_it_was_delivered_anew() -> None:
    """And nowhere while all of it is taken back."""
    windows = fold_windows({"windows": [row("W1", 1, "CAP-1"), row("W2", 2, "CAP-1")]})
    anew = counts(standing(windows, {"W1CAP-1": "r"}))
    none = counts(standing(windows, {"W1CAP-1": "r", "W2CAP-1": "r"}))
    assert (anew, none) == ({"W1": 0, "W2": 1}, {"W1": 0, "W2": 0})


@given(
    st.lists(st.lists(st.sampled_from(NAMES), unique=True), min_size=1, max_size=4),
    st.data(),
)
def test_however_rows_come_each_feature_counts_once(
    windows: list[list[str]], data: st.DataObject
) -> None:
    """In any order of rows; a feature counts while one window's commit of it stands."""
    rows = [row(f"W{n}", n, *names) for n, names in enumerate(windows)]
    given_ = data.draw(st.permutations(rows))
    behind = [f"W{n}{name}" for n, names in enumerate(windows) for name in names]
    taken = dict.fromkeys(data.draw(st.sets(st.sampled_from(behind or ["none"]))), "r")
    one = standing(fold_windows({"windows": rows}), taken)
    other = standing(fold_windows({"windows": given_}), taken)
    stands = {sha[2:] for sha in behind if sha not in taken}
    assert counts(one) == counts(other)
    assert sum(counts(one).values()) == len(stands)
