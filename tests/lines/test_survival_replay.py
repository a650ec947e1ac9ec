"""The single pass equals a reference that replays every commit line by line."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st
from replay import Model, changes_of, lines_of, random_model, replay

from gitledger.lines.change import Diff
from gitledger.lines.moves import BlobTexts
from gitledger.lines.survival import FOLLOWED, FollowedSpan, Survival, survival
from gitledger.lines.trace import trace

Counts = tuple[int, int, int, int, int, int]


def unasked(old: str, new: str) -> Diff:
    """Every change of a model comes with its hunks."""
    raise AssertionError(old, new)


def single_pass(model: Model) -> Survival:
    """The model's range measured by the pass."""
    end, tip = model.commits[model.end].sha, model.commits[-1].sha
    texts = BlobTexts(lines_of, unasked)
    seen = trace(model.commits, changes_of(model), texts, born_in=model.in_range, landings={end})
    return survival(seen, FollowedSpan(tuple(model.in_range), end, tip, 10**9))


def by_hand(model: Model) -> dict[str, Counts]:
    """Born, alive at the end, dead, dead of the alive, dead ever, joined; for each commit."""
    counts: Counter[tuple[str, int]] = Counter()
    for (position, _, _), fate in replay(model).items():
        commit = model.commits[position]
        dead = fate.died is not None and fate.died - commit.committed_at <= FOLLOWED
        facts = (True, fate.alive, dead, dead and fate.alive, fate.died is not None)
        told = (*facts, False) if fate.line else (*(False,) * 5, True)
        counts.update((commit.sha, n) for n, fact in enumerate(told) if fact)
    shas = {sha for sha, _ in counts}
    return {sha: tuple(counts[sha, n] for n in range(6)) for sha in shas}


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 14))
def test_pass_equals_replay(seed: int, size: int) -> None:
    """On random histories with merges every commit's lines live and die as in the replay."""
    model = random_model(seed, size)
    measured = {
        c.sha: (c.born, c.alive_at_end, c.dead, c.dead_of_alive, c.dead_ever, c.joined)
        for c in single_pass(model).by_commit
    }
    assert by_hand(model) == measured
