"""Own commits as runs, on histories written as `child: parents` in order, parents first."""

import pytest

from gitledger.git.code.runs import groups_of, others_within, runs_of
from gitledger.lines.change import EMPTY_TREE, Commit


def history(text: str) -> list[Commit]:
    """`a:r b:a m:b,s` as commits; a parent that is not listed lies before the history."""
    pairs = [word.split(":") for word in text.split()]
    return [
        Commit(sha, n, tuple(p for p in up.split(",") if p)) for n, (sha, up) in enumerate(pairs)
    ]


CASES = {
    "one run": ("a:r b:a c:b", "abc", "r..c=abc", "", ""),
    "turns": ("a:r x:a b:x y:b", "ab", "r..a=a x..b=b", "", "x"),
    "a root": ("a: b:a", "ab", "0..b=ab", "", ""),
    "pulled by fast-forward": ("a:r x:a y:x b:y", "ab", "r..a=a y..b=b", "", "xy"),
    "pulled by a merge": ("a:r x:r m:a,x b:m", "amb", "r..a=a m..b=b", "m", "x"),
    "own side branch merged": ("s:r a:r m:a,s b:m", "samb", "r..b=samb", "", ""),
    "own branch merged into others'": ("x:r s:r m:x,s", "sm", "x..m=sm", "", ""),
    "merged by somebody else": ("x:r s:r m:x,s y:m", "s", "r..s=s", "", ""),
    "a branch that took the trunk in": ("x:r s:r j:s,x t:j m:x,t", "sjtm", "x..m=sjtm", "", ""),
    "two branches, not merged": ("a:r s:r t:s", "ast", "r..a=a r..t=st", "", ""),
    "grown from an own one that was merged": (
        "s:r a:r m:a,s t:s",
        "samt",
        "r..m=sam s..t=t",
        "",
        "",
    ),
    "others' commits behind the last": ("a:r x:a y:x", "a", "r..a=a", "", ""),
    "rebased onto others'": ("x:r y:x a:y b:a", "ab", "y..b=ab", "", ""),
    "an octopus": ("s:r t:r a:r m:a,s,t", "stam", "r..m=stam", "", ""),
    "others' branch with an own commit in it": (
        "a:r x:a y:x b:a m:b,y",
        "abm",
        "r..b=ab",
        "m",
        "xy",
    ),
    "nothing": ("x:r", "", "", "", ""),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_runs(case: tuple[str, str, str, str, str]) -> None:
    """Runs with their commits, merges of others' work, and what of others lies inside."""
    text, own, runs, joins, others = case
    commits = history(text)
    found = runs_of(commits, own)
    told = [
        f"{run.start.replace(EMPTY_TREE, '0')}..{run.end}={''.join(c.sha for c in run.commits)}"
        for run in found.runs
    ]
    assert told == runs.split()
    assert "".join(commit.sha for commit in found.joins) == joins
    assert "".join(commit.sha for commit in others_within(commits, own)) == others


def test_each_own_commit_is_in_one_run_or_a_join() -> None:
    """Whatever the history, no own commit is lost or counted twice."""
    for text, own, *_ in CASES.values():
        found = runs_of(history(text), own)
        held = [c.sha for run in found.runs for c in run.commits] + [c.sha for c in found.joins]
        assert sorted(held) == sorted(own)


def test_groups_are_the_tips() -> None:
    """Branches that are not merged are two groups; what both contain is in one of them."""
    groups = groups_of(history("a:r b:a s:a"), "abs")
    assert [("".join(c.sha for c in g.commits), g.tip.sha) for g in groups] == [
        ("b", "b"),
        ("as", "s"),
    ]
