"""The union of two trees of one ledger: every row of either side, every text joined.

Rows never conflict: a path holds the same bytes on both sides, or one side was edited and nothing
is joined. What one side took out and the other still has stays.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from gitledger.errors import ExchangeConflict
from gitledger.git import trees
from gitledger.git.branch.store import plant_entries
from gitledger.git.branch.tip import Tip, tip_at
from gitledger.git.code.revision import merge_base
from gitledger.git.objects import Batch, read, run_git
from gitledger.git.proof.texts import TextPolicy
from gitledger.git.repository import Repository
from gitledger.git.trees import TreeEntry
from gitledger.ledger import layout
from gitledger.share.textjoin import OURS, THEIRS, BlobSides, join_texts, merged_lines


@dataclass(frozen=True, slots=True)
class Choice:
    """How texts are joined: the policy that reads them, and whose stand where both changed them.

    `side` is `ours`, `origin` (the other side's), or "" to refuse; `remote` names the other side,
    `branch` the ledger.
    """

    policy: TextPolicy
    remote: str
    branch: str
    side: str = ""

    @classmethod
    def nobody(cls) -> "Choice":
        """For two tips of one history: nothing of theirs can contradict."""
        return cls(
            TextPolicy(lambda _path, _values: (), lambda _path, _old, _new: ()), "nobody", ""
        )


@dataclass(slots=True)
class Union:
    """What two sides make together: the tree, and by path what each has that the other lacks.

    `back` are rows that one side had taken out; `texts` what differs from their tree beside rows.
    """

    tree: bytes = b""
    ours: dict[str, bytes] = field(default_factory=dict)
    theirs: dict[str, bytes] = field(default_factory=dict)
    back: list[str] = field(default_factory=list)
    texts: dict[str, tuple[bytes, bytes] | None] = field(default_factory=dict)


def unite_tips(ours: Tip, theirs: Tip, choice: Choice, batch: Batch) -> Union:
    """The union of two tips that parted somewhere; its new objects are in the batch.

    Raises ExchangeConflict for a row with two contents, or a text that a person must choose.
    """
    parted = Parted(ours.repository, choice, batch)
    bases = parted.bases(_commit(ours), _commit(theirs))
    union = Union()
    entries: dict[str, tuple[bytes, bytes] | None] = {}
    for change in trees.changes(theirs.tree, ours.tree, ours.read):
        path = change.path.decode("utf-8", "surrogateescape")
        if layout.parse_row_path(path) is None:
            base = parted.base_entry(path, bases)
            chosen = parted.three_way(path, base, change.new, change.old)
            if chosen != change.old:
                entries[path] = union.texts[path] = chosen and (chosen.mode, chosen.oid)
        elif change.old is None and change.new is not None:
            union.ours[path] = change.new.oid
            entries[path] = (change.new.mode, change.new.oid)
        elif change.new is None and change.old is not None:
            union.theirs[path] = change.old.oid
        else:
            what = f"{path} has other bytes on {choice.remote}: one of the two was edited"
            hint = "gitledger verify in both clones; sync does not choose"
            raise ExchangeConflict(what, hint)
    union.back += sorted(_taken_out(union, bases, ours, theirs))
    union.tree = (
        plant_entries(theirs, theirs.tree, entries, batch) if entries else theirs.tree or b""
    )
    return union


def _commit(tip: Tip) -> bytes:
    return tip.commit or b""


def _taken_out(union: Union, bases: tuple[Tip, ...], ours: Tip, theirs: Tip) -> Iterator[str]:
    """Rows of the union that stood where the sides parted, and that one side has no more."""
    lone = union.ours.keys() | union.theirs.keys()
    found = set[str]()
    for base in bases if lone else ():
        for side in (ours, theirs):
            for change in trees.changes(base.tree, side.tree, base.read):
                path = change.path.decode("utf-8", "surrogateescape")
                if change.new is None and path in lone:
                    found.add(path)
    yield from found


@dataclass(slots=True)
class Parted:
    """Where histories parted, and three sides of a path become one. Keeps what was looked up."""

    repository: Repository
    choice: Choice
    batch: Batch
    _bases: dict[tuple[bytes, bytes], tuple[Tip, ...]] = field(default_factory=dict)

    def bases(self, one: bytes, other: bytes) -> tuple[Tip, ...]:
        """The best common ancestors of two commits: several where merges crossed."""
        known = self._bases.get((one, other))
        if known is None:
            near = merge_base(self.repository, one, other)
            found = [near] if near in {one, other} else self._all_bases(one, other)
            known = tuple(tip_at(self.repository, name) for name in found)
            self._bases[one, other] = known
        return known

    def _all_bases(self, one: bytes, other: bytes) -> list[bytes]:
        done = run_git(self.repository, ("merge-base", "--all", one.hex(), other.hex()))
        return [bytes.fromhex(name) for name in done.stdout.decode("ascii", "replace").split()]

    def base_entry(self, path: str, bases: tuple[Tip, ...]) -> TreeEntry | None:
        """What stood at a path where the sides parted; of several places, those joined."""
        if not bases:
            return None
        first, *others = bases
        entry = first.entry(path)
        for other in others:
            theirs = other.entry(path)
            if theirs == entry:
                continue
            below = self.base_entry(path, self.bases(_commit(first), _commit(other)))
            entry = self._plain(below, entry, theirs)
        return entry

    def _plain(
        self, base: TreeEntry | None, ours: TreeEntry | None, theirs: TreeEntry | None
    ) -> TreeEntry | None:
        """Three sides as one, the first where they contradict: a place to compare with."""
        if ours == base or ours is None:
            return theirs
        if theirs == base or theirs is None:
            return ours
        texts = [self._read(side.oid) if side else b"" for side in (ours, base, theirs)]
        text = merged_lines(self.repository, texts[0], texts[1], texts[2])
        return (
            ours if text is None else TreeEntry(ours.mode, ours.name, self.batch.add(b"blob", text))
        )

    def three_way(
        self, path: str, base: TreeEntry | None, ours: TreeEntry | None, theirs: TreeEntry | None
    ) -> TreeEntry | None:
        """What stands at a path after both sides' changes. Raises ExchangeConflict."""
        if base == ours:
            return theirs
        if base == theirs:
            return ours
        try:
            return self._joined(path, base, ours, theirs)
        except ExchangeConflict:  # --ours and --theirs are for just this
            if self.choice.side not in {OURS, THEIRS}:
                raise
            return ours if self.choice.side == OURS else theirs

    def _joined(
        self, path: str, base: TreeEntry | None, ours: TreeEntry | None, theirs: TreeEntry | None
    ) -> TreeEntry:
        """A text that both sides changed. Raises ExchangeConflict where only one can stand."""
        if ours is None or theirs is None or trees.TREE in {ours.mode, theirs.mode}:
            side = "here" if ours is None else f"on {self.choice.remote}"
            what = f"{path} was taken out {side} and changed on the other side"
            raise ExchangeConflict(what, f"gitledger sync --texts {THEIRS} (or {OURS})")
        blob = base.oid if base and base.mode != trees.TREE else None
        blob = self._kept(blob) if blob else None
        sides = BlobSides(path, blob, ours.oid, theirs.oid, self.choice.remote)
        text = join_texts(self.repository, sides, self.choice.policy)
        mode = theirs.mode if base and base.mode == ours.mode else ours.mode
        return TreeEntry(mode, ours.name, self.batch.add(b"blob", text))

    def _kept(self, blob: bytes) -> bytes:
        """A blob that can be read: one made on the way is put where objects are."""
        fresh = self.batch.objects.get(blob)
        if fresh is not None:
            from gitledger.git.branch.store import store_batch  # noqa: PLC0415 - crossed merges of texts alone

            store_batch(self.repository, self.batch)
        return blob

    def _read(self, blob: bytes) -> bytes:
        fresh = self.batch.objects.get(blob)
        return fresh[1] if fresh else read(self.repository, blob)
