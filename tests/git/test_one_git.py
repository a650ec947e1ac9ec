"""One pinned git: how old it may be, and what a stranger's repository cannot make it run."""

import os
import shutil
from pathlib import Path

import pytest
from ground import NO_HOOKS, Answer, git, gitledger
from histories import partial

from gitledger.errors import HistoryIncomplete
from gitledger.git import oldest, program
from gitledger.git.code.numstat import end_points
from gitledger.git.code.partial import bring
from gitledger.git.commit import parse
from gitledger.git.objects import read
from gitledger.git.plumbing import pin_plumbing
from gitledger.git.proof.signatures import signature_findings
from gitledger.git.repository import open_repository

PANE = ">_ OpenAI Codex (v0.142.5)\n5h limit:  [####----] {left}% left (resets 13:10)\n"
NINE, TEN = (("--tz", "UTC", "--at", f"2026-11-23T{hour}:00Z") for hour in ("09", "10"))
# what git learned after the oldest version that is promised; a git of that age dies of each
LATER = (
    *("--batch-command", "--object-only", "--merge-tree", "--write-tree", "--omit-empty"),
    *("--no-optional-locks-ever", "--format=%(objectname)%x00", "--since-as-filter"),
    *("--filter-provided-objects", "--ignore-missing-links", "--remerge-diff", "--attr-source"),
)


def as_older(folder: Path, told: str) -> None:
    """A `git` that tells a version, knows no later option and not GIT_CONFIG_GLOBAL."""
    real = shutil.which("git")
    refused = "|".join(f"{word}|{word}=*" for word in LATER if "(" not in word)
    script = f"""#!/bin/sh
unset GIT_CONFIG_GLOBAL GIT_CONFIG_SYSTEM GIT_NO_LAZY_FETCH
for word in "$@"; do case $word in
    {refused}) echo "error: unknown option $word" >&2; exit 129;; esac; done
for word in "$@"; do case $word in
    -*|core.*|diff.*|log.*) ;;
    version) echo 'git version {told}'; exit 0;;
    *) break;; esac; done
exec {real} "$@"
"""
    folder.mkdir()
    (folder / "git").write_text(script)
    (folder / "git").chmod(0o755)


def main_path(path: Path) -> list[Answer]:
    """A window from its first reading to its proof, and the code measured in between."""
    first = gitledger(path, "init")
    start = gitledger(path, "start", "codex", *NINE, stdin=PANE.format(left=92))
    (path / "work.py").write_text("one\ntwo\n")
    git(path, "add", "work.py")
    git(path, *NO_HOOKS, "commit", "-qm", "work")
    told = [gitledger(path, "hooks", "run")]
    told += [gitledger(path, "end", "codex", *TEN, stdin=PANE.format(left=80))]
    told += [gitledger(path, "churn", "HEAD~1..HEAD", "--json")]
    told += [gitledger(path, *verb) for verb in (["hooks", "status"], ["preview"], ["verify"])]
    return [first, start, *told]


def test_the_main_path_with_the_oldest_git(
    repo_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything works with a git that is as old as promised."""
    as_older(tmp_path / "old", f"{program.OLDEST_NAME}.0")
    monkeypatch.setenv("PATH", f"{tmp_path / 'old'}{os.pathsep}{os.environ['PATH']}")
    answers = main_path(repo_dir)
    assert [answer.code for answer in answers] == [0] * len(answers), answers
    assert (answers[4].json["insertions"], answers[4].json["deletions"]) == (2, 0)


@pytest.mark.parametrize("told", ["2.25.1", "2.30.9", "1.8.3"])
def test_an_older_git_is_refused_at_open(
    told: str, ledger_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence that names the version there and the one needed; nothing is done."""
    as_older(tmp_path / "old", told)
    monkeypatch.setenv("PATH", f"{tmp_path / 'old'}{os.pathsep}{os.environ['PATH']}")
    for verb in ("init", "status", "doctor", "verify"):
        answer = gitledger(ledger_dir, verb)
        assert (answer.code, answer.out) == (3, "")
        assert f"git {told} is too old: gitledger needs git 2.31 or newer" in answer.err


def test_the_version_is_asked_once(ledger_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A git that was seen is not asked again, until another file is git."""
    gitledger(ledger_dir, "status")
    monkeypatch.setattr(oldest, "version", lambda _environment: (1, 0, 0))
    open_repository(ledger_dir, dict(os.environ))
    monkeypatch.setattr(oldest, "mark_of_program", lambda _environment: "another file")
    assert gitledger(ledger_dir, "status").code == 3


NAMES = {
    "core.fsmonitor": "{evil}",
    "core.hooksPath": "{folder}",
    "core.pager": "{evil}",
    "core.editor": "{evil}",
    "core.askPass": "{evil}",
    "core.sshCommand": "{evil}",
    "core.gitProxy": "{evil}",
    "core.alternateRefsCommand": "{evil}",
    "credential.helper": "!{evil}",
    "diff.external": "{evil}",
    "diff.loud.textconv": "{evil}",
    "diff.loud.command": "{evil}",
    "filter.loud.clean": "{evil}",
    "filter.loud.smudge": "{evil}",
    "filter.loud.process": "{evil}",
    "merge.loud.driver": "{evil}",
    "gpg.program": "{evil}",
    "gpg.ssh.program": "{evil}",
    "log.showSignature": "true",
    "trailer.loud.command": "{evil}",
    "alias.cat-file": "!{evil}",
    "alias.rev-parse": "!{evil}",
    "sequence.editor": "{evil}",
    "uploadpack.packObjectsHook": "{evil}",
    "remote.origin.uploadpack": "{evil}",
    "protocol.ext.allow": "always",
    "remote.origin.url": "ext::{evil}",
}


@pytest.fixture
def mark(ledger_dir: Path, tmp_path: Path) -> Path:
    """A file that any program of the repository's configuration would make."""
    mark, folder = tmp_path / "ran", tmp_path / "evil"
    folder.mkdir()
    for name in ("run", "post-index-change", "reference-transaction", "pre-auto-gc"):
        (folder / name).write_text(f"#!/bin/sh\necho {name} >>{mark}\n")
        (folder / name).chmod(0o755)
    for name, value in NAMES.items():
        git(ledger_dir, "config", name, value.format(evil=folder / "run", folder=folder))
    (ledger_dir / ".gitattributes").write_text("* diff=loud filter=loud merge=loud\n")
    (ledger_dir / ".git/info/attributes").write_text("* diff=loud filter=loud merge=loud\n")
    return mark


def test_a_strangers_repository_runs_nothing(ledger_dir: Path, mark: Path) -> None:
    """No verb that reads starts a program that the repository's configuration names."""
    verbs = "status|preview|log|verify|audit|doctor|card week|churn HEAD~0..HEAD|ledger list"
    verbs += "|hooks status|export|guard --provider codex --need 5|hooks run|replay --strategy all"
    for verb in verbs.split("|"):
        gitledger(ledger_dir, *verb.split())
        assert not mark.exists(), f"{verb}: {mark.read_text()}"
    git(ledger_dir, "ls-files", "-m", check=False)
    assert mark.exists(), "the trap is no trap"


@pytest.mark.parametrize("form", ["openpgp", "ssh"])
def test_signing_runs_the_users_program(ledger_dir: Path, mark: Path, form: str) -> None:
    """A repository may ask for signatures; the program and the command for a key it may not name.

    What waits there is recorded, and so signed, by verbs that only look.
    """
    run = git(ledger_dir, "config", "gpg.program").strip()
    for name, value in (
        ("commit.gpgSign", "true"),
        ("gpg.format", form),
        ("gpg.openpgp.program", run),
        ("gpg.ssh.defaultKeyCommand", run),
    ):
        git(ledger_dir, "config", name, value)
    answer = gitledger(ledger_dir, "append", "capabilities", "capability_id=C1", "name=One")
    assert answer.code == 3
    assert "in .git/config is not run: set it with --global" in answer.err
    assert not mark.exists()


def test_signatures_are_checked_by_the_users_program(ledger_dir: Path, mark: Path) -> None:
    """`verify` with a policy for signatures asks the user's gpg, not the one named here."""
    tree = git(ledger_dir, "rev-parse", "gitledger/main^{tree}").strip()
    parent = git(ledger_dir, "rev-parse", "gitledger/main").strip()
    person = "Ada <ada@example.org> 1795000000 +0000"
    signature = "-----BEGIN PGP SIGNATURE-----\n \n iQ==\n -----END PGP SIGNATURE-----"
    raw = (
        f"tree {tree}\nparent {parent}\nauthor {person}\ncommitter {person}\n"
        f"gpgsig {signature}\n\nledger: signed\n"
    )
    (ledger_dir / ".git/raw").write_text(raw)
    made = git(ledger_dir, "hash-object", "-t", "commit", "-w", ".git/raw").strip()
    git(ledger_dir, "update-ref", "refs/heads/gitledger/main", made)
    mark.unlink(missing_ok=True)
    repository = open_repository(ledger_dir, dict(os.environ))
    commit = parse(bytes.fromhex(made), raw.encode())
    [found] = signature_findings(repository, [commit])
    assert (found.problem.code, mark.exists()) == ("signature-bad", False)
    git(ledger_dir, "verify-commit", made, check=False)
    assert mark.exists(), "the trap is no trap"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("core.sshCommand", "{evil}"),
        ("remote.origin.uploadpack", "{evil}; git-upload-pack"),
        ("remote.origin.url", "ext::{evil}"),
    ],
)
def test_a_partial_clone_fetches_through_no_program_of_its_own(
    name: str, value: str, tmp_path: Path
) -> None:
    """Where a fetch would start what the repository names, the missing object is refused."""
    ids = partial(tmp_path, "blob:none")
    part, mark, evil = tmp_path / "part", tmp_path / "ran", tmp_path / "evil"
    evil.write_text(f"#!/bin/sh\necho ran >>{mark}\n")
    evil.chmod(0o755)
    git(part, "config", "protocol.ext.allow", "always")
    git(part, "config", name, value.format(evil=evil))
    blob = git(tmp_path / "whole", "rev-parse", f"{ids['B']}:f").strip()
    with pin_plumbing(part) as bound:
        bring(bound, [blob])
        with pytest.raises(HistoryIncomplete):
            end_points(bound, ids["A"], ids["B"])
    with pytest.raises(HistoryIncomplete):
        read(open_repository(part, dict(os.environ)), bytes.fromhex(blob))
    assert not mark.exists()
