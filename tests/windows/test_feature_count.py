"""Features counted: rules, identity, reverts, once over all windows."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitledger.windows.capabilities import Capabilities, refused_range, spell_out
from gitledger.windows.claims import claims_of
from gitledger.windows.feature_count import Basis, Delivery, Work, count
from gitledger.windows.features import (
    DEFAULT_RULES,
    RULES,
    Counted,
    FeatureCount,
    counted_of,
    delivered_columns,
    several_rules,
)

MAP = Capabilities(frozenset({"CAP-1", "CAP-2", "CAP-3", "parser"}))
CODEX = ("codex", "default")


def work(sha: str, message: str, *, merge: bool = False, was: Sequence[Work] = ()) -> Work:
    """A commit whose patch-id is named like it."""
    others = frozenset({f"p{sha}", *(one.patch for one in was)})
    first = was[0].patch if was else f"p{sha}"
    return Work(sha, claims_of(message, merge=merge), first, others, tuple(was), CODEX)


def trailed(sha: str, text: str) -> Work:
    """A commit with a `Feature:` trailer."""
    return work(sha, f"work {sha}\n\nFeature: {text}\n")


def known(
    *,
    reserved: Mapping[str, str] | None = None,
    earlier: Mapping[str, str] | None = None,
    taken: Mapping[str, str] | None = None,
) -> Basis:
    """The map with some reservations, earlier windows, and commits that were taken back."""
    return Basis(MAP, reserved or {}, earlier or {}, lambda sha: (taken or {}).get(sha, ""))


def features(found: FeatureCount) -> list[str]:
    """The identities that count."""
    return [one.feature for one in found.features]


def reasons(found: FeatureCount) -> list[tuple[str, str]]:
    """What does not count, and why."""
    return [(one.feature, one.reason) for one in found.left_out]


def test_the_first_rule_that_finds_any_counts_alone() -> None:
    """A reservation that was delivered is counted; what other rules would add is not."""
    commits = [trailed("1", "CAP-1"), trailed("2", "CAP-2"), work("3", "feat: cells (#7)")]
    rules = {
        "reserved": count(commits, (), RULES, known(reserved={"CAP-1": ""})),
        "trailed": count(commits, (), RULES, known()),
        "subject": count(commits[2:], (), RULES, known()),
        "merged": count(commits[2:], (), ("pull-requests",), known()),
    }
    assert {name: (found.rule, features(found)) for name, found in rules.items()} == {
        "reserved": ("reservations", ["CAP-1"]),
        "trailed": ("trailers", ["CAP-1", "CAP-2"]),
        "subject": ("subjects", ["#7"]),
        "merged": ("pull-requests", ["#7"]),
    }


def test_subjects_and_pull_requests_count_only_where_they_are_named() -> None:
    """The agent that is measured writes its own subjects."""
    found = count([work("1", "feat: cells (#7)")], (), DEFAULT_RULES, known())
    assert (found.rule, found.n) == ("none", 0)


def test_a_feature_counts_once_however_many_commits_it_took() -> None:
    """All of them stand behind it."""
    found = count([trailed("1", "CAP-1"), trailed("2", "CAP-1")], (), RULES, known())
    assert [one.commits for one in found.features] == [("1", "2")]


def test_a_delivered_row_counts_with_its_description() -> None:
    """`feature deliver` needs no commit, and cannot be taken back without one."""
    found = count((), (Delivery("CAP-2", "codex", "", "cells"),), RULES, known())
    assert found.features == (Counted("CAP-2", "codex", "", (), "cells"),)


@pytest.mark.parametrize("text", ["CAP-9", "unknown", "CAP-9: cells"])
def test_an_unknown_capability_is_not_counted(text: str) -> None:
    """It is told, and leaves the rest of the count alone."""
    found = count([trailed("1", text), trailed("2", "CAP-1")], (), RULES, known())
    assert (features(found), [why for _, why in reasons(found)]) == (
        ["CAP-1"],
        ["unknown-capability"],
    )


def test_without_a_map_every_name_is_a_capability() -> None:
    """Nothing is there to be missing from."""
    assert features(count([trailed("1", "CAP-9")], (), RULES, Basis())) == ["CAP-9"]


def test_a_description_is_named_by_its_patch() -> None:
    """An amended commit keeps the name of its first form."""
    first = trailed("1", "cells that are quoted")
    again = work("2", "work\n\nFeature: cells, quoted ones\n", was=[first])
    assert features(count([first], (), RULES, known())) == features(
        count([again], (), RULES, known())
    )


def test_a_revert_takes_back_and_its_revert_restores() -> None:
    """A feature of which a commit stands is delivered."""
    commits = [trailed("1", "CAP-1"), trailed("2", "CAP-2"), trailed("3", "CAP-2")]
    found = count(commits, (), RULES, known(taken={"1": "9", "3": "9"}))
    assert (features(found), reasons(found)) == (["CAP-2"], [("CAP-1", "reverted")])


def test_a_window_of_which_all_is_taken_back_counts_nothing_by_its_rule() -> None:
    """No other rule gets a say: what it finds was not what the window was counted by."""
    commits = [trailed("1", "CAP-1"), work("2", "feat: cells")]
    found = count(commits, (), RULES, known(taken={"1": "9"}))
    assert (found.rule, found.n) == ("trailers", 0)


def test_an_earlier_window_keeps_its_feature() -> None:
    """Also one that is named by any patch that a squash joined."""
    squash = work("3", "both\n\nFeature: cells and rows\n", was=[trailed("1", "cells of a row")])
    found = count([trailed("2", "CAP-1"), squash], (), RULES, known(earlier={"CAP-1": "W1"}))
    older = count([squash], (), RULES, known(earlier={"patch:p1": "W1"}))
    assert (reasons(found), older.n) == ([("CAP-1", "counted-before")], 0)


def test_a_squash_that_claims_nothing_keeps_what_its_commits_said() -> None:
    """Each of them is a feature of its own, behind which the squash stands."""
    was = [trailed("1", "cells of a row"), trailed("2", "rows of a file")]
    found = count([work("3", "all of it", was=was)], (), RULES, known())
    assert [(one.feature, one.commits) for one in found.features] == [
        ("patch:p1", ("3",)),
        ("patch:p2", ("3",)),
    ]


COMMITS = st.lists(
    st.sampled_from(
        [
            trailed("1", "CAP-1"),
            trailed("2", "CAP-2, CAP-3"),
            trailed("3", "cells of a row"),
            trailed("4", "CAP-9"),
            work("5", "feat: cells (#7)"),
            work("6", "Merge branch 'cells'", merge=True),
        ]
    ),
    unique_by=lambda one: one.sha,
)


@given(COMMITS, st.permutations(RULES), st.data())
def test_no_order_of_commits_or_rules_changes_a_count(
    commits: list[Work], rules: list[str], data: st.DataObject
) -> None:
    """The same features by the same rule, with the same left out."""
    other = data.draw(st.permutations(commits))
    one, two = (
        count(given_, (), named, known()) for given_, named in ((commits, RULES), (other, rules))
    )
    assert (one.rule, features(one), reasons(one)) == (two.rule, features(two), reasons(two))


@given(st.lists(COMMITS, max_size=4))
def test_over_all_windows_no_feature_counts_twice(windows: list[list[Work]]) -> None:
    """However commits are spread over windows."""
    earlier: dict[str, str] = {}
    seen: list[str] = []
    for place, commits in enumerate(windows):
        found = count(commits, (), RULES, known(earlier=earlier))
        seen += features(found)
        earlier |= dict.fromkeys(features(found), f"W{place}")
    assert len(seen) == len(set(seen))


def test_a_row_keeps_the_rule_and_the_commits_behind_each_feature() -> None:
    """What is read back is what was counted; a meter without features has 0."""
    found = count([trailed("1", "CAP-1")], (), RULES, known())
    told = delivered_columns(found, [CODEX, ("glm", "default")])
    assert told["feature_rule"] == "trailers"
    assert counted_of(told["counted"]) == found.features
    assert told["features"] == [
        {"provider": "codex", "account": "default", "features": 1},
        {"provider": "glm", "account": "default", "features": 0},
    ]


def test_an_unknown_count_has_no_number() -> None:
    """It is not 0."""
    assert delivered_columns(FeatureCount(why="cut off"), [CODEX]) == {"features": []}


@pytest.mark.parametrize(
    ("rules", "several"),
    [
        (("typed", "typed"), False),
        (("trailers", "none"), False),
        (("typed", "none"), True),
        (("typed", "trailers"), True),
        (("trailers", "reservations", "none"), True),
        (("none", "none"), False),
        (("", "typed"), False),
        ((), False),
    ],
)
def test_two_rules_make_no_ratio(rules: tuple[str, ...], several: bool) -> None:
    """Where none found any it is 0 by each of them, but not what a person would have typed."""
    assert bool(several_rules((f"W{n}", rule) for n, rule in enumerate(rules))) is several


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("CAP-01..CAP-03", ("CAP-01", "CAP-02", "CAP-03")),
        ("CAP-9..11", ("CAP-9", "CAP-10", "CAP-11")),
        ("CAP-3..CAP-1", ("CAP-3..CAP-1",)),
        ("CAP-1..parser-2", ("CAP-1..parser-2",)),
        ("parser", ("parser",)),
    ],
)
def test_a_range_is_spelled_out(text: str, names: tuple[str, ...]) -> None:
    """With the digits of its first name; what is no range stays a name, and is refused as one."""
    assert (spell_out(text), bool(refused_range(text))) == (names, ".." in text and len(names) == 1)
