"""Rows, corrections, texts, commits and caches spoilt by other hands; each must be found.

A branch is spoilt by plain git objects, and `verify` and a receive must both say so, with the
commit; a repository is spoilt beside the branch (refs, hidden history, lost objects); and what is
kept for speed is spoilt by random bytes, after which every answer must be the branch's.
"""

import os
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import pygit2
from figures import Budget, Figure, attack
from tampering import BRANCH, REF, TRIALS, Ledger, make_ledger

from gitledger.book.judge import judge_move, judge_whole
from gitledger.commands.append import append
from gitledger.commands.void import void
from gitledger.errors import GitledgerError
from gitledger.git.repository import open_repository
from gitledger.ledger import codec, layout
from gitledger.ledger.row import Row, Value

SCHEMA = "ledgers/trials/schema.yaml"
Files = dict[str, bytes | None]


@dataclass(frozen=True)
class Spoilt:
    """A tampering: the files it writes or (None) removes, its message, the code that names it."""

    code: str
    files: Files
    message: str = "by hand"
    mode: str = "100644"


class Scene:
    """A ledger and its rows, and fresh rows for a tampering. Guards that no id comes twice."""

    def __init__(self, ledger: Ledger, dice: random.Random) -> None:
        self.ledger = ledger
        self.dice = dice
        self.number = 0
        names = ledger.git("ls-tree", "-r", "--name-only", REF).splitlines()
        self.rows = [name for name in names if "/trials/" in name and name.endswith(".json")]
        self.fixes = [name for name in names if "/corrections/" in name and name.endswith(".json")]

    def any_row(self) -> str:
        """The path of some row."""
        return self.dice.choice(self.rows)

    def fresh(self, ledger: str, **values: Value) -> tuple[str, str, bytes]:
        """A row as gitledger would write it: path, id, bytes."""
        self.number += 1
        at = f"2026-12-01T{self.number // 3600 % 24:02d}:{self.number // 60 % 60:02d}"
        at += f":{self.number % 60:02d}.{self.dice.randrange(10**6):06d}Z"
        named, data = codec.encode(Row(ledger, at, "main", "gitledger 0.1.0", values))
        return layout.row_path(ledger, 0, layout.row_file(at, named.id)), named.id, data


def announced(*rows: str, agent: str = "main") -> str:
    """The message of a commit that adds rows."""
    return "x\n\n" + "".join(f"Ledger-Row: {row}\n" for row in rows) + f"Ledger-Agent: {agent}\n"


def edited(scene: Scene) -> Spoilt:
    """Some bytes of a row are others."""
    path = scene.any_row()
    data = bytearray(scene.ledger.content(path))
    place = scene.dice.randrange(len(data))
    data[place] ^= 1 << scene.dice.randrange(7)
    return Spoilt("row-edited", {path: bytes(data)})


def deleted(scene: Scene) -> Spoilt:
    """A row is gone."""
    return Spoilt("row-deleted", {scene.any_row(): None})


def moved(scene: Scene) -> Spoilt:
    """A row stands elsewhere."""
    path = scene.any_row()
    target = path.replace("/00/00/", f"/00/{scene.dice.randrange(1, 256):02x}/")
    return Spoilt("row-renamed", {path: None, target: scene.ledger.content(path)})


def executable(scene: Scene) -> Spoilt:
    """A row became a program or a link."""
    path = scene.any_row()
    mode = scene.dice.choice(["100755", "120000"])
    return Spoilt("row-mode", {path: scene.ledger.content(path)}, mode=mode)


def foreign(scene: Scene) -> Spoilt:
    """A file that is no row."""
    name = scene.dice.choice(["notes.txt", "00/00/x.json", "00/00/00/x", "00/row.json"])
    return Spoilt("row-foreign", {f"ledgers/trials/{name}": b"x\n"})


def smuggled(scene: Scene) -> Spoilt:
    """A perfect row whose commit says something else."""
    path, row, data = scene.fresh("trials", run=f"s-{scene.number}", result="pass")
    message = scene.dice.choice(
        [announced(), announced(row, agent="eve"), announced(row, "1" * 16),
         "x\n\nLedger-Rows: 2\nLedger-Agent: main\n", f"x\n\nLedger-Row: {row}\n"]
    )  # fmt: skip
    return Spoilt("row-smuggled", {path: data}, message)


def misnamed(scene: Scene) -> Spoilt:
    """The bytes are not those of the name."""
    path, row, data = scene.fresh("trials", run=f"m-{scene.number}", result="pass")
    return Spoilt("row-hash", {path: data + b" " * scene.dice.randrange(1, 9)}, announced(row))


def invalid(scene: Scene) -> Spoilt:
    """A row that the definition refuses."""
    wrong: dict[str, Value] = scene.dice.choice(
        [{"run": "x"}, {"run": "x", "result": "perhaps"}, {"result": "pass"}]
    )
    path, row, data = scene.fresh("trials", **wrong)
    return Spoilt("row-invalid", {path: data}, announced(row))


def again(scene: Scene) -> Spoilt:
    """A second row with the natural key of another."""
    path, row, data = scene.fresh("trials", run="one", result="fail")
    return Spoilt("duplicate-key", {path: data}, announced(row))


def correction(scene: Scene, target: str, replacement: str = "") -> tuple[Files, str]:
    """A correction by hand: its file and message."""
    values: dict[str, Value] = {"target": target, "kind": "amend" if replacement else "void"}
    values |= {"reason": "x"} | ({"replacement": replacement} if replacement else {})
    path, row, data = scene.fresh("corrections", **values)
    return {path: data}, announced(row)


def dangling(scene: Scene) -> Spoilt:
    """A correction of a row that is not there."""
    files, message = correction(scene, f"{scene.dice.getrandbits(64):016x}")
    return Spoilt("reference-unresolved", files, message)


def of_correction(scene: Scene) -> Spoilt:
    """A correction of a correction."""
    files, message = correction(scene, scene.dice.choice(scene.fixes)[-21:-5])
    return Spoilt("correction-of-correction", files, message)


def in_a_circle(scene: Scene) -> Spoilt:
    """A row that is replaced by itself."""
    row = scene.any_row()[-21:-5]
    files, message = correction(scene, row, row)
    return Spoilt("correction-circle", files, message)


def swapped(scene: Scene) -> Spoilt:
    """The definition of another ledger in this one's place."""
    other = scene.dice.choice(["tokens", "votes", "windows", "corrections", "evidence"])
    return Spoilt("schema-broken", {SCHEMA: scene.ledger.content(layout.schema_path(other))})


def weakened(scene: Scene) -> Spoilt:
    """A definition that lost something."""
    code, text = scene.dice.choice(
        [
            ("schema-key", TRIALS.replace("key: [run]", "key: []")),
            ("schema-narrowed", TRIALS.replace("[pass, fail]", "[pass]")),
            ("schema-dropped-column", TRIALS.replace("  notes:  {type: text}\n", "")),
            ("schema-changed-type", TRIALS.replace("notes:  {type: text}", "notes: {type: date}")),
            ("schema-required", TRIALS + "  more: {type: text, required: true}\n"),
        ]
    )
    return Spoilt(code, {SCHEMA: text.encode()})


def undefined(scene: Scene) -> Spoilt:
    """A definition that is gone or no YAML."""
    code, data = scene.dice.choice([("schema-removed", None), ("schema-broken", b"[\n")])
    return Spoilt(code, {SCHEMA: data})


def unusable(scene: Scene) -> Spoilt:
    """Settings that nobody can read."""
    verb, path = scene.dice.choice([("config", layout.CONFIG), ("rules", layout.RULES)])
    return Spoilt(f"{verb}-broken", {path: scene.dice.choice([b"- x\n", b"a: &a [*a]\n", b"\xff"])})


KINDS: tuple[Callable[[Scene], Spoilt], ...] = (
    *(edited, deleted, moved, executable, foreign, smuggled, misnamed, invalid, again),
    *(dangling, of_correction, in_a_circle, swapped, weakened, undefined, unusable),
)


def ground(place: Path) -> Ledger:
    """A ledger with thirty rows and a correction, with git's surroundings of its own."""
    (place / "config").write_text("[user]\nname = Ada\nemail = ada@example.org\n")
    kept = {name: word for name, word in os.environ.items() if not name.startswith("GIT_")}
    os.environ.clear()
    os.environ.update(kept | {"HOME": str(place), "GIT_CONFIG_NOSYSTEM": "1"})
    os.environ["GIT_CONFIG_GLOBAL"] = str(place / "config")
    for level in (pygit2.enums.ConfigLevel.GLOBAL, pygit2.enums.ConfigLevel.SYSTEM):
        pygit2.settings.search_path[level] = str(place)
    shutil.copy(place / "config", place / ".gitconfig")
    (place / "repo").mkdir()
    pygit2.init_repository(str(place / "repo"))
    ledger = make_ledger(place / "repo")
    for number in range(27):
        ledger.add(f"run-{number}", 10 + number)
    void(ledger.world(50), ledger.add("wrong", 49), reason="wrong")
    return ledger


def branches(allowed: Budget) -> Iterator[Figure]:
    """Commits on the branch by other hands: found by `verify`, refused by a receive."""
    figure = Figure("the branch spoilt by a commit: found, and refused at receive", floor=34)
    with tempfile.TemporaryDirectory() as place:
        ledger = ground(Path(place))
        scene = Scene(ledger, allowed.dice("branches"))
        good = ledger.tip
        repository = open_repository(ledger.path, dict(os.environ))
        turn = 0
        while allowed.left(0.5) or figure.tried < figure.floor:
            spoilt = KINDS[turn % len(KINDS)](scene)
            turn += 1
            made = ledger.spoil(
                spoilt.files, mode=spoilt.mode, message=spoilt.message, base=good, parents=[good]
            )
            ledger.git("update-ref", REF, good)
            old, new = bytes.fromhex(good), bytes.fromhex(made)
            for done in (judge_whole(repository, new), judge_move(repository, old, new)):
                found = [f for f in done.findings if f.problem.code == spoilt.code]
                named = {f.commit for f in found} == {made}
                figure.count(named, f"{spoilt.code} {sorted(spoilt.files)} {spoilt.message!r}")
    yield figure


def rewound(ledger: Ledger, _dice: random.Random) -> str:
    """The branch is moved back."""
    ledger.git("update-ref", REF, f"{REF}~3")
    return "tip-rewound"


def rewritten(ledger: Ledger, _dice: random.Random) -> str:
    """The last commits are made anew, without the newest row."""
    tree = ledger.git("rev-parse", f"{REF}~1^{{tree}}")
    parent = ledger.git("rev-parse", f"{REF}~2")
    ledger.git("update-ref", REF, ledger.git("commit-tree", tree, "-p", parent, "-m", "anew"))
    return "history-rewritten"


def grafted(ledger: Ledger, _dice: random.Random) -> str:
    """git is told other parents."""
    (ledger.path / ".git" / "info").mkdir(exist_ok=True)
    (ledger.path / ".git" / "info" / "grafts").write_text(f"{ledger.tip}\n")
    return "history-grafts"


def cut_off(ledger: Ledger, dice: random.Random) -> str:
    """git is told that history ends here."""
    at = ledger.git("rev-parse", f"{REF}~{dice.randrange(1, 20)}")
    (ledger.path / ".git" / "shallow").write_text(f"{at}\n")
    return "history-shallow"


def replaced(ledger: Ledger, dice: random.Random) -> str:
    """git shows another object in one's place."""
    at = ledger.git("rev-parse", f"{REF}~{dice.randrange(20)}")
    ledger.git("update-ref", f"refs/replace/{at}", ledger.git("rev-parse", f"{REF}~21"))
    return "history-replaced"


def tagged(ledger: Ledger, dice: random.Random) -> str:
    """Another ref has the branch's name."""
    name = dice.choice([f"refs/tags/{BRANCH}", f"refs/{BRANCH}"])
    ledger.git("update-ref", name, ledger.git("rev-parse", f"{REF}~5"))
    return "name-ambiguous"


def unreadable(ledger: Ledger, dice: random.Random) -> str:
    """A blob of the tip is gone, or has another's bytes."""
    listed = [line.split() for line in ledger.git("ls-tree", "-r", REF).splitlines()]
    blob = dice.choice([line[2] for line in listed if not line[3].endswith(".yaml")])
    target = ledger.path / ".git" / "objects" / blob[:2] / blob[2:]
    target.chmod(0o644)
    if dice.random() < 0.5:
        target.unlink()
    else:
        other = listed[0][2] if listed[0][2] != blob else listed[1][2]
        source = ledger.path / ".git" / "objects" / other[:2] / other[2:]
        target.write_bytes(source.read_bytes())
    return "object-unreadable"


BESIDE = (rewound, rewritten, grafted, cut_off, replaced, tagged, unreadable)


def repositories(allowed: Budget) -> Iterator[Figure]:
    """The repository spoilt beside the branch: found by `verify`."""
    figure = Figure("the repository spoilt beside the branch: found", floor=14)
    dice = allowed.dice("repositories")
    with tempfile.TemporaryDirectory() as place:
        whole = ground(Path(place))
        whole.verify()
        turn = 0
        while allowed.left(0.75) or figure.tried < figure.floor:
            copy = Ledger(Path(place) / f"copy-{turn}")
            shutil.copytree(whole.path, copy.path, symlinks=True)
            code = BESIDE[turn % len(BESIDE)](copy, dice)
            turn += 1
            try:
                codes = copy.codes()
            except GitledgerError as error:
                codes = {f"no answer: {error}"}
            figure.count(code in codes, f"{code}: {sorted(codes)}")
            shutil.rmtree(copy.path)
    yield figure


def spoil_file(path: Path, dice: random.Random) -> None:
    """Some bytes of a file are others, it ends early, or something else stands in its place."""
    data = bytearray(path.read_bytes())
    way = dice.randrange(6)
    path.unlink()
    if way == 0:
        path.mkdir()
    elif way == 1:
        os.mkfifo(path)
    elif way == 2:
        path.symlink_to("/dev/zero")
    elif way == 3:
        path.write_bytes(bytes(data[: dice.randrange(len(data) + 1)]))
    else:
        for _ in range(dice.randrange(1, 40)):
            if data:
                data[dice.randrange(len(data))] = dice.randrange(256)
        path.write_bytes(bytes(data))


def caches(allowed: Budget) -> Iterator[Figure]:
    """What is kept for speed, spoilt: a known fact is known, a new one is recorded, once."""
    figure = Figure("indexes and copies spoilt: every answer is the branch's", floor=10)
    dice = allowed.dice("caches")
    with tempfile.TemporaryDirectory() as place:
        whole = ground(Path(place))
        known = append(whole.world(), "trials", ["run=one", "result=pass"]).payload
        turn = 0
        while allowed.left() or figure.tried < figure.floor:
            copy = Ledger(Path(place) / f"copy-{turn}")
            shutil.copytree(whole.path, copy.path, symlinks=True)
            turn += 1
            state = copy.path / ".git" / "gitledger"
            kept = [*state.glob("keys-*"), *(state / "compiled").iterdir()]
            for path in dice.sample(kept, dice.randrange(1, len(kept) + 1)):
                spoil_file(path, dice)
            told = [
                append(copy.world(60 + n), "trials", [f"run={run}", "result=pass"]).payload
                for n, run in enumerate(("one", "new", "new"))
            ]
            right = [told[0]["row"] == known["row"], told[0]["already"], not told[1]["already"]]
            right += [told[2]["row"] == told[1]["row"], told[2]["already"], not copy.codes()]
            figure.count(all(right), f"turn {turn}: {right}")
            shutil.rmtree(copy.path)
    yield figure


if __name__ == "__main__":
    sys.exit(attack(branches, repositories, caches))
