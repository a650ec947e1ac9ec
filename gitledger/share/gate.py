"""What keeps a difference out of a ledger: the judge's findings, and what only a gate looks for.

Judged by the base: its policy of signatures and of loosening is the one that holds, whatever the
head says of itself. Reads only.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gitledger.errors import LedgerDamaged, Problem
from gitledger.git.branch import definitions
from gitledger.git.branch.tip import Tip
from gitledger.git.proof.examine import Examination, ProofFinding
from gitledger.git.proof.signatures import signature_findings
from gitledger.git.proof.texts import FORBIDDEN, LOOSENED
from gitledger.ledger import layout
from gitledger.ledger.door import sensitive_columns
from gitledger.ledger.evolution import widenings
from gitledger.ledger.redaction import ACCOUNT, PATH, SECRET, SESSION
from gitledger.ledger.row import Row
from gitledger.ledger.schema import Schema, parse_schema

if TYPE_CHECKING:  # what an exchange asks of a gate needs no difference, nor what that loads
    from gitledger.share.difference import Difference
    from gitledger.share.treediff import TreeDifference

Content = Mapping[str, Any]
Loosened = Callable[[str, Content, Content], Iterable[str]]
WORKFLOW = ".github/workflows/gitledger.yml"
# what a forge runs by itself, with the rights of whoever merges
RUN_BY_FORGES = (
    *(".github/", ".gitlab/", ".gitlab-ci.yml", ".gitea/", ".forgejo/", ".circleci/"),
    *("azure-pipelines.yml", "bitbucket-pipelines.yml", ".woodpecker", ".buildkite/"),
)
SETTINGS = (layout.CONFIG, layout.RULES)
PRIVATE = {SECRET: "a secret", ACCOUNT: "an account", SESSION: "a session id", PATH: "a home path"}
PROPOSED = "branch-rewound"  # a proposal may have parted from the base before its newest rows


@dataclass(frozen=True, slots=True)
class ChangedText:
    """A text that the head changes, and what it lets through that the base's held back."""

    path: str
    word: str
    loosened: tuple[str, ...] = ()

    def payload(self) -> Mapping[str, object]:
        """JSON form."""
        return {"path": self.path, "what": self.word, "loosened": list(self.loosened)}


def failing(done: Examination) -> tuple[ProofFinding, ...]:
    """The judge's findings of what a head brings; that it lacks the base's newest is none."""
    return tuple(found for found in done.findings if found.problem.code != PROPOSED)


def gate_findings(
    difference: "Difference", done: Examination, texts: Sequence[ChangedText]
) -> Iterator[ProofFinding]:
    """What the judge of history does not look for: privacy, workflows, the base's policy."""
    base = difference.base
    head = (difference.head.commit or b"").hex()
    config = document(base, layout.CONFIG)
    yield from (ProofFinding(head, problem) for problem in workflow_problems(difference.moved))
    yield from (ProofFinding(head, problem) for problem in private_problems(difference))
    if config.get("loosening") == FORBIDDEN:
        hint = "the base forbids it: set the former text again"
        for text in texts:
            for sentence in text.loosened if text.path in SETTINGS else ():
                yield ProofFinding(head, Problem(text.path, sentence, hint, LOOSENED))
    asked = str(config.get("signatures", "none"))
    commits = {"commits": done.commits, "tip": done.commits[-1:]}.get(asked, ())
    known = {(f.commit, f.problem.code) for f in done.findings}
    for found in signature_findings(base.repository, commits) if commits else ():
        if (found.commit, found.problem.code) not in known:
            yield found


def workflow_problems(moved: "TreeDifference") -> Iterator[Problem]:
    """Files that a forge would run, which no proposal may bring."""
    for path, word in moved.others:
        if path.startswith(RUN_BY_FORGES):
            what = f"was {word}: a forge runs it with the rights of whoever merges"
            hint = "put it on the ledger branch by a push of its own: gitledger init --ci github"
            yield Problem(path, what, hint, "workflow-changed")


def private_problems(difference: "Difference") -> Iterator[Problem]:
    """Rows with keys, addresses, session ids or home paths: nothing takes them back once merged."""
    paths = {place.row_id: place.path for place in difference.moved.added}
    hint = "do not merge: gitledger propose NAME --without {row} sends the others"
    return private_rows(difference.sides.added, paths, difference.head, hint)


def private_rows(
    rows: Iterable[Row], paths: Mapping[str, str], head: Tip, hint: str
) -> Iterator[Problem]:
    """The same of some rows (path by id), by the definitions at a tip; `hint` may name {row}."""
    schemas: dict[str, Schema | None] = {}
    for row in rows:
        if row.ledger not in schemas:
            schemas[row.ledger] = _schema(head, row.ledger)
        schema = schemas[row.ledger]
        for column, kinds in _private(row, schema) if schema else ():
            told = " and ".join(PRIVATE[kind] for kind in kinds)
            what = f"column {column} holds {told}"
            yield Problem(paths.get(row.id, row.id), what, hint.format(row=row.id), "row-private")


def _private(row: Row, schema: Schema) -> Iterator[tuple[str, tuple[str, ...]]]:
    held = {name: value for name, value in row.values.items() if name in schema.by_name}
    return sensitive_columns(held, schema)


def _schema(tip: Tip, ledger: str) -> Schema | None:
    path = layout.schema_path(ledger)
    content = document(tip, path)
    return parse_schema(content, path)[0] if content else None


def document(tip: Tip, path: str) -> Content:
    """A text of a tree as a mapping, empty where it is missing or cannot be read."""
    try:
        return definitions.as_written(tip, path)
    except LedgerDamaged:  # the proof tells of it; here there is only nothing to compare
        return {}


def changed_texts(difference: "Difference", loosened: Loosened) -> tuple[ChangedText, ...]:
    """The rules, configuration and definitions that a head changes, each with what it loosens."""
    base, head = difference.base, difference.head
    found = []
    for path, word in difference.moved.texts:
        told: tuple[str, ...] = ()
        if path in SETTINGS:
            told = tuple(loosened(path, document(base, path), document(head, path)))
        elif layout.SCHEMA_PATH.match(path):
            old, new = (parse_schema(document(tip, path), path)[0] for tip in (base, head))
            told = tuple(widenings(old, new)) if old and new else ()
        found.append(ChangedText(path, word, told))
    return tuple(found)
