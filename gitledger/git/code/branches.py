"""The history that branches hold since some work began: where commits may stand today.

May import errors and ledger only. Bounded by the graph alone: by the commit that all the work grew
from. A date bounds nothing, since any clock may be wrong.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gitledger.git.code.ranges import commit_id, contained_in, parse_commit
from gitledger.git.plumbing import Plumbing, ask, one_a_line
from gitledger.lines.change import Commit

LEDGER = "gitledger/main"


@dataclass(frozen=True, slots=True)
class Field:
    """The commits of some branches since `base`, parents first; `tips` by name, likeliest first.

    `base` is "" where the work grew from nothing: then the commits are whole histories.
    """

    commits: tuple[Commit, ...]
    tips: Mapping[str, str]
    base: str = ""

    def held(self, branch: str) -> frozenset[str]:
        """The commits that a branch holds."""
        return contained_in(self.commits, self.tips[branch])


def branch_field(
    git: Plumbing, grown_from: Sequence[str], likely: Iterable[str], *, ledger: str = LEDGER
) -> Field:
    """What branches hold since the commit that all of `grown_from` have in their history.

    `likely` are branches to name first; then come those here, those of remotes, and the HEADs of
    worktrees. The ledger's own branch is none of them.
    """
    base = common_base(git, grown_from)
    tips = branch_tips(git, base, likely, ledger)
    return Field(walk_tips(git, tips.values(), base), tips, base)


def branch_tips(
    git: Plumbing, base: str, likely: Iterable[str], ledger: str = LEDGER
) -> dict[str, str]:
    """The tips of the branches that hold `base` (of all, without one) by full name, in order."""
    names = ("refs/heads", "refs/remotes")
    holding = ("--contains", base) if base else ()
    told = ask(git.directory, "for-each-ref", "--format=%(objectname) %(refname)", *holding, *names)
    pairs = [line.split(" ", 1) for line in (told or "").splitlines()]
    known = {name: sha for sha, name in pairs if not name.endswith(f"/{ledger}")}
    if head := commit_id(git, "HEAD"):
        known["HEAD"] = head
    first = {name: known[name] for name in likely if name in known}
    return first | known | _worktree_heads(git)


def _worktree_heads(git: Plumbing) -> dict[str, str]:
    """Where the HEADs of all worktrees stand: a detached one may hold what no branch does."""
    told = ask(git.directory, "worktree", "list", "--porcelain") or ""
    shas = [line.split(" ")[1] for line in told.splitlines() if line.startswith("HEAD ")]
    return {f"the worktree at {sha[:12]}": sha for sha in shas if set(sha) != {"0"}}


def common_base(git: Plumbing, commits: Sequence[str]) -> str:
    """The best commit that all of some commits have in their history, "" where there is none."""
    several = list(dict.fromkeys(commits))
    if len(several) < 2:
        return next(iter(several), "")
    words = ("merge-base", "--octopus", *several)
    told = git.answer(*words, stdin=b"", **_cut(git))
    return told.decode("ascii").split()[0] if told else ""


def walk_tips(git: Plumbing, tips: Iterable[str], base: str) -> tuple[Commit, ...]:
    """The commits that some tips hold and `base` does not, parents first.

    A commit at which a shallow clone was cut has no parents here; who counts it must refuse.
    """
    asked = [*dict.fromkeys(tips), *([f"^{base}"] if base else [])]
    if not asked or asked[0].startswith("^"):
        return ()
    words = ("rev-list", "--topo-order", "--reverse", "--parents", "--timestamp", "--stdin")
    told = git.run(*words, stdin=one_a_line(asked), **_cut(git))
    return tuple(parse_commit(line) for line in told.decode("ascii").splitlines())


def _cut(git: Plumbing) -> dict[str, str]:
    """The environment in which a pinned git knows where a shallow clone was cut."""
    if not git.shallow:
        return {}
    cut = git.empty / "cut"
    cut.write_text("".join(f"{sha}\n" for sha in sorted(git.shallow)))
    return {"GIT_SHALLOW_FILE": str(cut)}
