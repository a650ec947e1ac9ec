"""The versioned texts of a branch as they are in force commit by commit, each judged by the last.

A definition is compared with the last readable one of the same ledger, configuration and rules
with the last readable one at the parent: a text that cannot be read opens no way round the next.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from gitledger.errors import LedgerDamaged, Problem
from gitledger.git import trees
from gitledger.git.commit import RawCommit, author_of
from gitledger.git.objects import read, run_git
from gitledger.git.proof.definition_merge import replacement_note
from gitledger.git.proof.history import CommitStep
from gitledger.git.repository import Repository
from gitledger.ledger import layout
from gitledger.ledger.evolution import weakenings
from gitledger.ledger.schema import Schema, parse_schema
from gitledger.ledger.values import stamp
from gitledger.ledger.yamltext import load

Content = Mapping[str, Any]
SETTINGS = (layout.CONFIG, layout.RULES)
LOOSENED = "policy-loosened"
FORBIDDEN = "forbidden"
UNREADABLE = "gitledger ledger add FILE puts the definition back, extended by optional columns"


class TextPolicy(NamedTuple):
    """How configuration and rules are read: their problems, and what a new text lets through.

    Both take the path of the text and plain mappings; `loosened` answers in sentences.
    """

    problems: Callable[[str, Content], Iterable[Problem]]
    loosened: Callable[[str, Content, Content], Iterable[str]]


class Border(NamedTuple):
    """A text where a range begins, not read yet: the commit, and the blob (20 bytes) it has."""

    commit: bytes
    blob: bytes


class Force(NamedTuple):
    """Texts after a commit, by path: blobs (20 bytes) as they stand, and the last readable ones."""

    now: Mapping[str, bytes]
    good: Mapping[str, bytes | Border]


NOTHING = Force({}, {})


@dataclass(slots=True)
class TextsInForce:
    """Which texts are in force at each commit. Guards that parents are known before children."""

    repository: Repository
    policy: TextPolicy
    _cut: bool = False
    _asked: tuple[int, str, Schema | None] = (0, "", None)
    _borders: dict[tuple[str, Border], bytes | None] = field(default_factory=dict)
    _force: dict[bytes, Force] = field(default_factory=dict)
    _schemas: dict[tuple[str, bytes], tuple[Schema | None, str]] = field(default_factory=dict)
    _settings: dict[tuple[str, bytes], tuple[Content | None, str]] = field(default_factory=dict)

    def begin(self, commit: bytes, tree: bytes) -> None:
        """Let a commit be a parent: what stands in its tree is in force."""
        now = dict(standing_texts(tree, self._tree))
        self._force[commit] = Force(now, {path: Border(commit, blob) for path, blob in now.items()})
        self._cut = True

    def _good(self, force: Force, path: str) -> bytes | None:
        """The last readable text of a path; at the beginning of a range it is read when asked."""
        found = force.good.get(path)
        if isinstance(found, Border):
            known = (path, found)
            if known not in self._borders:
                self._borders[known] = self._last_sound(found.commit, path, found.blob)
            return self._borders[known]
        return found

    def _last_sound(self, commit: bytes, path: str, blob: bytes | None = None) -> bytes | None:
        """The newest readable text of a path up to a commit; `blob` is the one that stands."""
        if blob is not None and self._sound(path, blob):
            return blob
        return next((old for old in self._former(commit, path) if self._sound(path, old)), None)

    def inherit(self, commit: RawCommit) -> None:
        """A commit that touches no text has those of its one parent."""
        self._force[commit.oid] = self._force[commit.parents[0]]

    def take(self, step: CommitStep) -> list[Problem]:
        """Bring the texts up to a commit; what is wrong with their changes, what they loosen."""
        commit = step.commit
        above = [self._force[parent] for parent in commit.parents] or [NOTHING]
        now, good = dict(above[0].now), dict(above[0].good)
        for other in above[1:]:
            good = {**other.good, **good}  # of several parents the first that has a text counts
        found: dict[tuple[str, str, str], Problem] = {}
        for path, new in sorted(self._touched(step, above[0])):
            for last in self._lasts(step, above, path):
                for problem in self._compared(step, path, last, new):
                    found[problem.where, problem.code, problem.what] = problem
            now.pop(path, None)
            if new is not None:
                now[path] = new
                if self._sound(path, new):
                    good[path] = new
        self._force[commit.oid] = Force(now, good)
        return list(found.values())

    def _lasts(self, step: CommitStep, above: Sequence[Force], path: str) -> Iterator[bytes | None]:
        """The last readable text of a path at each parent that has another one than the commit."""
        if not step.commit.parents:
            yield None
        for parent, force, side in zip(step.commit.parents, above, step.sides, strict=False):
            if any(change.path == path.encode() for change in side):
                last = self._good(force, path)
                cut = last is None and self._cut  # what was removed before the cut is looked up
                yield self._last_sound(parent, path) if cut else last

    def _touched(self, step: CommitStep, first: Force) -> Iterator[tuple[str, bytes | None]]:
        """Texts that differ from some parent, each with its blob after the commit."""
        met = set()
        for number, side in enumerate(step.sides):
            for change in side:
                path = change.path.decode("utf-8", "replace")
                if path in met or not is_setting(path):
                    continue
                met.add(path)
                here = change.new.oid if change.new else None
                yield path, here if number == 0 else first.now.get(path, here)

    def _compared(
        self, step: CommitStep, path: str, last: bytes | None, new: bytes | None
    ) -> Iterator[Problem]:
        """What is wrong with a new text against the last readable one."""
        if new is None or new == last:
            return
        if path not in SETTINGS:
            yield from self._defined(step.commit, path, last, new)
            return
        values, _ = self.setting(path, new)
        old, _ = self.setting(path, last) if last else (None, "")
        if values is None or old is None or self._adopted(step, path, last, new):
            return
        forbidden = self._forbids(step.commit)
        for sentence in self.policy.loosened(path, old, values):
            what = f"{sentence}, by {told_author(self.repository, step.commit)}"
            hint = "the policy in force before this commit forbids it" if forbidden else ""
            yield Problem(path, what, hint, LOOSENED, "error" if forbidden else "note")

    def _defined(
        self, commit: RawCommit, path: str, last: bytes | None, new: bytes
    ) -> Iterator[Problem]:
        schema, why = self._schema(path, new)
        if schema is None:
            yield Problem(path, why, UNREADABLE, "schema-broken")
            return
        old = self._schema(path, last)[0] if last else None
        found = weakenings(old, schema) if old is not None else []
        excused = (
            replacement_note(self.repository, commit, path, last, new) if found and last else None
        )
        yield from [excused] if excused else found

    def _adopted(self, step: CommitStep, path: str, last: bytes | None, new: bytes) -> bool:
        """Whether a merge only takes over what another parent made of the text before."""
        parents = step.commit.parents if len(step.commit.parents) > 1 else ()
        return any(
            self._force[parent].now.get(path) == new and last in {*self._former(parent, path)}
            for parent in parents
        )

    def _forbids(self, commit: RawCommit) -> bool:
        return any(self.config(p).get("loosening") == FORBIDDEN for p in commit.parents)

    def config(self, commit: bytes) -> Content:
        """The last readable configuration in force at a commit; empty where there is none."""
        blob = self._good(self._force[commit], layout.CONFIG)
        return (self.setting(layout.CONFIG, blob)[0] or {}) if blob else {}

    def definition(self, commit: bytes, ledger: str) -> Schema | None:
        """The definition that rows of a ledger are held to at a commit, None where it has none."""
        force = self._force[commit]
        if self._asked[:2] != (id(force), ledger):  # rows of one ledger come after one another
            path = layout.schema_path(ledger)
            blob = self._good(force, path) if path in force.now else None
            self._asked = id(force), ledger, self._schema(path, blob)[0] if blob else None
        return self._asked[2]

    def last_definition(self, commit: bytes, ledger: str) -> Schema | None:
        """The newest readable definition that a ledger had up to a commit, also one taken out."""
        path = layout.schema_path(ledger)
        blob = self._last_sound(commit, path)
        return self._schema(path, blob)[0] if blob else None

    def standing(self, commit: bytes, path: str) -> bytes | None:
        """The blob of a text after a commit."""
        return self._force[commit].now.get(path)

    def ever(self) -> set[tuple[str, bytes]]:
        """Path and blob of every text that was in force at some commit."""
        return {text for force in self._force.values() for text in force.now.items()}

    def _sound(self, path: str, blob: bytes) -> bool:
        found = self.setting(path, blob) if path in SETTINGS else self._schema(path, blob)
        return found[0] is not None

    def _schema(self, path: str, blob: bytes) -> tuple[Schema | None, str]:
        """The definition in a blob where it is one of that path's ledger, else why it is none."""
        if (path, blob) not in self._schemas:
            self._schemas[path, blob] = self._parsed(path, blob)
        return self._schemas[path, blob]

    def _parsed(self, path: str, blob: bytes) -> tuple[Schema | None, str]:
        values, why = self._loaded(path, blob)
        if values is None:
            return None, why
        schema, problems = parse_schema(values, layout.SCHEMA_FILE)
        if schema is None:
            return None, "; ".join(map(str, problems))
        if layout.schema_path(schema.ledger) != path:
            return None, f"is the definition of ledger {schema.ledger}, not of this one"
        return schema, ""

    def setting(self, path: str, blob: bytes) -> tuple[Content | None, str]:
        """Configuration or rules in a blob, None with the reason where nothing can use them."""
        if (path, blob) not in self._settings:
            values, why = self._loaded(path, blob)
            told = [] if values is None else [*self.policy.problems(path, values)]
            found = (None, why or "; ".join(map(str, told))) if why or told else (values, "")
            self._settings[path, blob] = found
        return self._settings[path, blob]

    def _loaded(self, path: str, blob: bytes) -> tuple[Content | None, str]:
        try:
            text = read(self.repository, blob).decode("utf-8", "replace")
        except LedgerDamaged as error:
            return None, error.what
        values, problems = load(text, path.rpartition("/")[2])
        return (None, "; ".join(map(str, problems))) if problems else (values, "")

    def _former(self, commit: bytes, path: str) -> Iterator[bytes]:
        """Blobs that stood at a path up to a commit, newest first."""
        # git leaves out a side whose text did not stay, unless the full history is asked for
        words = ("rev-list", "--full-history", commit.hex(), "--", path)
        listed = run_git(self.repository, words, GIT_LITERAL_PATHSPECS="1").stdout.decode()
        for name in listed.split():
            tree = read(self.repository, bytes.fromhex(name))[5:45]  # behind `tree `
            entry = trees.lookup(bytes.fromhex(tree.decode()), path, self._tree)
            if entry is not None and entry.mode != trees.TREE:
                yield entry.oid

    def _tree(self, oid: bytes) -> bytes:
        return read(self.repository, oid)


def is_setting(path: str) -> bool:
    """Whether a text says how rows are read or judged: a definition, configuration or rules."""
    return path in SETTINGS or layout.SCHEMA_PATH.match(path) is not None


def standing_texts(root: bytes, load_tree: trees.ReadTree) -> Iterator[tuple[str, bytes]]:
    """Path and blob of every such text in a tree."""
    for path in SETTINGS:
        entry = trees.lookup(root, path, load_tree)
        if entry is not None and entry.mode != trees.TREE:
            yield path, entry.oid
    folder = trees.lookup(root, layout.LEDGERS, load_tree)
    for entry in trees.entries(load_tree(folder.oid)) if folder else ():
        path = layout.schema_path(entry.name.decode("utf-8", "replace"))
        schema = trees.lookup(root, path, load_tree) if entry.mode == trees.TREE else None
        if schema is not None and schema.mode != trees.TREE and is_setting(path):
            yield path, schema.oid


def told_author(repository: Repository, commit: RawCommit) -> str:
    """Who made a commit, and when: for a sentence about it."""
    author = author_of(read(repository, commit.oid))
    return f"{author[0]} at {stamp(author[1])}" if author else "nobody who is named"
