"""For every history H and cut k: judging H finds what judging H[:k] and the range H[k:] find."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pygit2
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tampering import TRIALS

from gitledger.book.defaults import shipped_default, shipped_ledgers
from gitledger.book.judge import judge_move, judge_whole
from gitledger.git.branch.sealedkeys import SealedKeys
from gitledger.git.proof.examine import Examination
from gitledger.git.repository import Repository, open_repository
from gitledger.ledger import codec, layout
from gitledger.ledger.row import Row, Value

SCHEMA = "ledgers/trials/schema.yaml"
EXAMPLES = int(os.environ.get("JOINS", "30"))
TIP_STATE = {"tree-malformed", "object-unreadable", "config-broken", "rules-broken", "unsigned"}
MENDED = {
    *("duplicate-key", "duplicate-merged", "reference-unresolved", "row-twice", "tip-differs"),
    *("row-deleted", "row-restored"),  # a row that was taken out may come back
}
# a row that one side moved and the other kept is given twice, told by the move before; and of three
# rows with one key the order in which they are met says which two are told
UNSURE = {"note row-twice", "note row-restored", "finding duplicate-key", "note duplicate-merged"}
Tree = dict[str, bytes]
Found = set[tuple[str, str, str]]


class Builder:
    """Commits on a ledger, each a whole tree of paths and bytes. Guards that no id comes twice."""

    def __init__(self, repository: Repository) -> None:
        self.handle = repository.handle
        self.number = 0
        self.fixes: list[str] = []

    def tree_of(self, commit: str) -> Tree:
        """The files of a commit."""
        found: Tree = {}
        pending = [("", self.handle[commit].tree)]
        while pending:
            prefix, tree = pending.pop()
            for entry in tree:
                if isinstance(entry, pygit2.Tree):
                    pending.append((f"{prefix}{entry.name}/", entry))
                else:
                    found[prefix + entry.name] = entry.data
        return found

    def commit(self, files: Tree, message: str, *parents: str) -> str:
        """A commit of these files; its id in hex."""
        index = pygit2.Index()
        for path, data in files.items():
            blob = self.handle.create_blob(data)
            index.add(pygit2.IndexEntry(path, blob, pygit2.enums.FileMode.BLOB))
        tree = index.write_tree(self.handle)
        who = pygit2.Signature("Ada", "ada@example.org", 1_700_000_000 + self.number)
        return str(self.handle.create_commit(None, who, who, message, tree, list(parents)))

    def row(self, ledger: str, values: dict[str, Value]) -> tuple[str, str, bytes]:
        """A fresh row as gitledger would write it: path, id, bytes."""
        self.number += 1
        moment = datetime.fromtimestamp(1_800_000_000 + self.number, UTC)
        at = moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        named, data = codec.encode(Row(ledger, at, "main", "gitledger 0.1.0", values))
        return layout.row_path(ledger, 0, layout.row_file(at, named.id)), named.id, data


def said(*rows: str, agent: str = "main") -> str:
    """The message that announces rows."""
    return "x\n\n" + "".join(f"Ledger-Row: {row}\n" for row in rows) + f"Ledger-Agent: {agent}\n"


def rows_of(files: Tree, ledger: str = "trials") -> list[str]:
    """The paths of a ledger's rows, oldest first."""
    found = (path for path in files if path.startswith(f"ledgers/{ledger}/"))
    return sorted((path for path in found if path.endswith(".json")), key=lambda path: path[-46:])


def add(build: Builder, files: Tree, pick: int) -> str:
    """A row; every third has the key of another, every fifth a wrong agent or no name."""
    run = f"run-{pick % 7}" if pick % 3 == 0 else f"run-{build.number}-{pick}"
    path, row, data = build.row("trials", {"run": run, "result": "pass"})
    files[path] = data
    if pick % 5 == 0:
        return said(row, agent="eve") if pick % 2 else "by hand"
    return said(row)


def fix(build: Builder, files: Tree, pick: int) -> str:
    """A correction: of a row, of nothing, of a correction, or by a row that it then replaces."""
    known = [path[-21:-5] for path in rows_of(files)]
    others = [path[-21:-5] for path in rows_of(files, "corrections")]
    target = (known or ["0" * 16])[pick % max(len(known), 1)]
    target = {1: "1234567890abcdef", 2: (others or [target])[-1]}.get(pick % 6, target)
    values: dict[str, Value] = {"target": target, "kind": "void", "reason": "x"}
    if pick % 2 and known:
        values |= {"kind": "amend", "replacement": known[pick // 2 % len(known)]}
    path, row, data = build.row("corrections", values)
    files[path] = data
    return said(row)


def spoil(_build: Builder, files: Tree, pick: int) -> str:
    """A row edited, deleted, moved, copied, or brought back; or a file that is no row."""
    rows = rows_of(files)
    if not rows or pick % 6 == 5:
        files["ledgers/trials/00/00/notes.txt"] = b"x%d\n" % pick
        return "x"
    path = rows[pick // 6 % len(rows)]
    data = files[path]
    if pick % 6 in {0, 1, 2}:
        del files[path]
    if pick % 6 == 1:
        files[path.replace("/00/00/", "/00/07/")] = data
    elif pick % 6 == 3:
        files[path.replace("/00/00/", "/00/09/")] = data
    elif pick % 6 == 4:
        files[path] = data + b"\n"
    return "x"


def define(_build: Builder, files: Tree, pick: int) -> str:
    """The definition swapped, narrowed, widened, broken, taken out or put back."""
    other = files["ledgers/tokens/schema.yaml"]
    choice = [
        other,
        TRIALS.replace("key: [run]", "key: []").encode(),
        TRIALS.replace("  notes:", "  more: {type: text}\n  notes:").encode(),
        b"nothing\n",
        None,
        TRIALS.encode(),
        TRIALS.replace("enum: [pass, fail]", "enum: [pass]").encode(),
    ][pick % 7]
    files.pop(SCHEMA, None)
    if choice is not None:
        files[SCHEMA] = choice
    return "x"


def rule(_build: Builder, files: Tree, pick: int) -> str:
    """The rules loosened, tightened or broken, the configuration too; or a text that is none."""
    text = files.get(layout.RULES, b"").decode()
    value = pick % 10 / 10
    old = next((line for line in text.splitlines() if "min_probability" in line), "")
    if pick % 4 == 0:
        files[layout.RULES] = b"nothing\n"
    elif pick % 4 == 1 or not old:
        files["README.md"] = b"%d\n" % pick
    else:
        files[layout.RULES] = text.replace(old, f"    min_probability: {value}").encode()
    if pick % 9 == 7:
        files[layout.CONFIG] = b"gitledger: 1\nloosening: forbidden\n"
    return "x"


STEPS: tuple[Callable[[Builder, Tree, int], str], ...] = (add, add, fix, fix, spoil, define, rule)
STEP = st.tuples(st.sampled_from(range(len(STEPS))), st.integers(0, 41))


@dataclass
class Grown:
    """A ledger with three rows, and its tip."""

    repository: Repository = field(repr=False)
    tip: str


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Grown:
    """The ledger that every history begins with; few definitions, for each is read every time."""
    path = tmp_path_factory.mktemp("joins")
    pygit2.init_repository(str(path))
    repository = open_repository(path, {**os.environ, "HOME": str(path), "XDG_STATE_HOME": ""})
    build = Builder(repository)
    shipped = shipped_ledgers()
    files = {layout.schema_path(n): shipped[n].encode() for n in ("tokens", "corrections")}
    files |= {name: shipped_default(name).encode() for name in (layout.CONFIG, layout.RULES)}
    files |= {SCHEMA: TRIALS.encode(), layout.README: b"x\n"}
    tip = build.commit(files, "begin")
    for pick in (1, 2, 4):
        message = add(build, files, pick)
        tip = build.commit(files, message, tip)
    return Grown(repository, tip)


def grow(repository: Repository, tip: str, steps: list[tuple[int, int]]) -> list[str]:
    """The history of some steps on a tip, the tip first."""
    build, history = Builder(repository), [tip]
    for number, pick in steps:
        files = build.tree_of(history[-1])
        message = STEPS[number](build, files, pick)
        history.append(build.commit(files, message, history[-1]))
    return history


def found(done: Examination) -> Found:
    """Findings and notes, without what belongs to the state of the tip alone."""
    every = [(f, "finding") for f in done.findings] + [(n, "note") for n in done.notes]
    kept = [(f, kind) for f, kind in every if f.problem.code not in TIP_STATE]
    return {(f"{kind} {f.problem.code}", f.commit, f.problem.where) for f, kind in kept}


def sure(found: Found) -> Found:
    """Those of a merge that do not hang on which side is met first."""
    return {one for one in found - mendable(found) if one[0] != "finding correction-circle"}


def mendable(found: Found) -> Found:
    """Those that later rows can mend."""
    return {one for one in found if one[0].split()[1] in MENDED}


@given(steps=st.lists(STEP, min_size=1, max_size=7), cut=st.integers(0, 6))
@settings(derandomize=True, deadline=None, max_examples=EXAMPLES, phases=[Phase.generate])
def test_the_whole_is_its_parts_joined(
    grown: Grown, steps: list[tuple[int, int]], cut: int
) -> None:
    """verify(H) = verify(H[:k]) joined with range(H[k:]): all but what was mended, no more."""
    repository, tip = grown.repository, grown.tip
    history = [bytes.fromhex(name) for name in grow(repository, tip, steps)]
    middle = history[cut % len(history)]
    whole = found(judge_whole(repository, history[-1]))
    begin = found(judge_whole(repository, middle))
    rest = found(judge_move(repository, middle, history[-1]))
    known = SealedKeys(repository, whole=True)  # it grows from one history to the next
    assert found(judge_move(repository, middle, history[-1], known)) == rest
    assert whole - begin == rest - begin
    assert begin - whole <= mendable(begin)


@given(ours=st.lists(STEP, min_size=1, max_size=4), theirs=st.lists(STEP, min_size=1, max_size=4))
@settings(derandomize=True, deadline=None, max_examples=EXAMPLES // 2, phases=[Phase.generate])
def test_a_merge_is_judged_by_both_sides(
    grown: Grown, ours: list[tuple[int, int]], theirs: list[tuple[int, int]]
) -> None:
    """A receive of a merge over our tip finds what the whole finds, and what our side had not."""
    repository, tip = grown.repository, grown.tip
    left, right = (grow(repository, tip, steps)[-1] for steps in (ours, theirs))
    build = Builder(repository)
    union = {**build.tree_of(right), **build.tree_of(left)}
    merge = build.commit(union, "merge", left, right)
    ends = bytes.fromhex(left), bytes.fromhex(merge)
    begin, whole = (found(judge_whole(repository, end)) for end in ends)
    rest = found(judge_move(repository, *ends))
    assert found(judge_move(repository, *ends, SealedKeys(repository, whole=True))) == rest
    assert sure(whole - begin) == sure(rest - begin)
    kinds, new, old = ({one[0] for one in every} - UNSURE for every in (whole, rest, begin))
    assert new <= kinds <= new | old
    assert begin - whole <= mendable(begin)
