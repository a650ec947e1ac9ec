"""`explain` without a name answers for the newest window and names what else there is."""

from pathlib import Path

from ground import gitledger
from window_panes import worked


def test_without_a_name_the_newest_window_is_explained_and_the_others_are_named(
    ledger_dir: Path,
) -> None:
    """As Markdown the values are the same; an empty ledger says how to begin."""
    empty = gitledger(ledger_dir, "explain")
    assert (empty.code, "gitledger start codex" in empty.err) == (3, True)
    worked(ledger_dir)
    gitledger(ledger_dir, "complete", "--codex-features", "1")
    told = gitledger(ledger_dir, "explain", "--json").json
    assert told["metric"] == "W0-01.codex.features_per_pp"
    for other in told["others"]:
        assert gitledger(ledger_dir, "explain", other).code == 0
    shown = gitledger(ledger_dir, "explain", "--md").out
    assert shown.startswith("## W0-01.codex.features_per_pp: ")
    assert f"{told['estimate']['value']:.3g}" in shown
