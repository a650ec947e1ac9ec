"""Repositories and configurations of every kind: a clear refusal or success, nothing between."""

import os
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ground import git
from writers import BRANCH, SCHEMAS, begin, fsck, kept, opened, put, unreachable_commits

from gitledger.errors import (
    GitledgerError,
    LedgerCheckedOut,
    NoIdentity,
    NotARepository,
    RepositoryUnsupported,
    SigningFailed,
    WriteFailed,
)
from gitledger.git.repository import identity, open_repository, setting


def works(path: Path) -> None:
    """A branch can be begun and a row recorded and read; git finds all whole."""
    put(begin(path), "notes", [{"text": "one"}])
    assert kept(opened(path)) == ["one"]
    fsck(path)


def global_config(home: Path, text: str) -> None:
    """Add to the user's own configuration."""
    with (home / ".gitconfig").open("a") as file:
        file.write(text)


HOSTILE = {
    "hooks path": "[core]\n\thooksPath = /nonexistent/hooks\n",
    "default branch": "[init]\n\tdefaultBranch = gitledger/main\n",
    "no reflogs": "[core]\n\tlogAllRefUpdates = false\n",
    "odd reflogs": "[core]\n\tlogAllRefUpdates = always\n",
    "encoding": "[i18n]\n\tcommitEncoding = ISO-8859-1\n",
    "line ends": "[core]\n\tautocrlf = true\n\teol = crlf\n\tsafecrlf = true\n",
    "alias": "[alias]\n\tindex-pack = !false\n\tcommit-tree = !false\n",
    "no sync": "[core]\n\tfsync = none\n",
    "compression": "[core]\n\tcompression = 9\n\tlooseCompression = 0\n",
    "odd names": "[core]\n\tquotePath = true\n\tignoreCase = true\n\tprecomposeUnicode = true\n",
    "strict": "[transfer]\n\tfsckObjects = true\n[receive]\n\tdenyCurrentBranch = refuse\n",
    "files by hand": "[core]\n\tsharedRepository = group\n\ttrustctime = false\n",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_odd_global_configuration_does_no_harm(text: str, repo_dir: Path, hermetic: Path) -> None:
    """What a user may have configured changes neither a row nor a batch."""
    global_config(hermetic, text)
    works(repo_dir)
    rows = [{"text": f"{n}", "number": n} for n in range(400)]
    put(opened(repo_dir), "notes", rows, rows_per_commit=100)
    assert len(kept(opened(repo_dir))) == 401
    fsck(repo_dir)


def test_template_hooks_are_not_run(tmp_path: Path, hermetic: Path) -> None:
    """Hooks that a template puts into every repository do not meet the ledger's commits."""
    hooks = hermetic / "template/hooks"
    hooks.mkdir(parents=True)
    for name in ("pre-commit", "commit-msg", "post-commit", "reference-transaction"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\nexit 1\n")
        (hooks / name).chmod(0o755)
    global_config(hermetic, f"[init]\n\ttemplateDir = {hermetic}/template\n")
    git(tmp_path, "init", "-q", "fresh")
    works(tmp_path / "fresh")
    assert not (tmp_path / "ran").exists()


def test_signing_without_a_key_refuses(repo_dir: Path, hermetic: Path) -> None:
    """`commit.gpgSign` with no key: the signing program's words, a hint, and no branch."""
    global_config(hermetic, "[commit]\n\tgpgSign = true\n[gpg]\n\tformat = ssh\n")
    with pytest.raises(SigningFailed) as refusal:
        begin(repo_dir)
    assert "gitledger.sign false" in refusal.value.hint
    assert git(repo_dir, "branch", "--list", BRANCH) == ""
    git(repo_dir, "config", "gitledger.sign", "false")
    works(repo_dir)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("name", ["gitledger", f"{BRANCH}/deeper"])
def test_a_branch_in_the_way(name: str, repo_dir: Path, *, packed: bool) -> None:
    """A branch whose name is a part of ours, or the reverse, is named with the way out."""
    git(repo_dir, "branch", name)
    if packed:
        git(repo_dir, "pack-refs", "--all")
    with pytest.raises(WriteFailed, match="next to a branch") as refusal:
        begin(repo_dir)
    assert "--branch" in refusal.value.hint
    assert git(repo_dir, "for-each-ref", f"refs/heads/{BRANCH}", "--format=%(refname)") in {
        "",
        f"refs/heads/{BRANCH}/deeper\n",
    }
    assert not list((repo_dir / ".git/refs").rglob("*.lock"))


def test_a_folder_that_a_branch_left_is_no_obstacle(repo_dir: Path) -> None:
    """Empty folders where branches were are cleared, as git does."""
    (repo_dir / f".git/refs/heads/{BRANCH}/deeper").mkdir(parents=True)
    works(repo_dir)


def test_packed_refs(repo_dir: Path) -> None:
    """The branch packed away is found, moved, and packed again."""
    begin(repo_dir)
    for number in range(3):
        git(repo_dir, "pack-refs", "--all", "--prune")
        put(opened(repo_dir), "notes", [{"text": f"{number}"}])
    assert kept(opened(repo_dir)) == ["0", "1", "2"]
    assert unreachable_commits(repo_dir) == []


@pytest.mark.parametrize("words", [("--bare",), ("--separate-git-dir=elsewhere.git",)])
def test_bare_and_separate_repositories(words: tuple[str, ...], tmp_path: Path) -> None:
    """A ledger needs no working tree."""
    git(tmp_path, "init", "-q", *words, "place")
    works(tmp_path / "place")


def test_core_bare_set_by_hand(repo_dir: Path) -> None:
    """A repository that says it is bare and has a tree beside it still records."""
    git(repo_dir, "config", "core.bare", "true")
    works(repo_dir)


def test_a_folder_below_and_git_dir_from_outside(repo_dir: Path, tmp_path: Path) -> None:
    """A folder inside finds its repository; `GIT_DIR` names another, as git's hooks do."""
    below = repo_dir / "a/b"
    below.mkdir(parents=True)
    works(below)
    elsewhere = open_repository(tmp_path, dict(os.environ) | {"GIT_DIR": f"{repo_dir}/.git"})
    assert elsewhere.common == opened(repo_dir).common
    relative = open_repository(repo_dir, dict(os.environ) | {"GIT_DIR": ".git"})
    assert relative.common == opened(repo_dir).common


def test_linked_worktree_and_submodule(repo_dir: Path, tmp_path: Path) -> None:
    """A worktree shares its repository's ledger; a submodule has its own."""
    works(repo_dir)
    git(repo_dir, "worktree", "add", "-q", "--detach", str(tmp_path / "linked"))
    put(opened(tmp_path / "linked"), "notes", [{"text": "two"}])
    assert kept(opened(repo_dir)) == ["one", "two"]
    git(
        *(repo_dir, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add"),
        *(str(tmp_path / "linked"), "inner"),
    )
    works(repo_dir / "inner")
    assert kept(opened(repo_dir)) == ["one", "two"]


@pytest.mark.parametrize(
    ("key", "value", "word"),
    [
        ("extensions.objectFormat", "sha256", "SHA-256"),
        ("extensions.refStorage", "reftable", "reftable"),
        ("extensions.unheardOf", "true", "cannot open"),
    ],
)
def test_unsupported_repositories(key: str, value: str, word: str, repo_dir: Path) -> None:
    """What libgit2 cannot open is refused by name, with a way out."""
    git(repo_dir, "config", "core.repositoryFormatVersion", "1")
    git(repo_dir, "config", key, value)
    with pytest.raises(RepositoryUnsupported, match=word) as refusal:
        opened(repo_dir)
    assert refusal.value.hint


@pytest.mark.parametrize(
    ("option", "word"),
    [("--object-format=sha256", "SHA-256"), ("--ref-format=reftable", "reftable")],
)
def test_repositories_that_git_makes_and_libgit2_cannot_open(
    option: str, word: str, tmp_path: Path
) -> None:
    """What this git makes of its newer formats is refused by name as well."""
    made = subprocess.run(
        ["git", "init", "-q", option, "new"], cwd=tmp_path, capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip(f"this git knows no {option}")
    with pytest.raises(RepositoryUnsupported, match=word):
        opened(tmp_path / "new")


def test_no_repository(tmp_path: Path) -> None:
    """A plain folder is no repository, and neither is one that is not there."""
    for path in (tmp_path, tmp_path / "missing"):
        with pytest.raises(NotARepository):
            opened(path)


def test_broken_configuration(repo_dir: Path) -> None:
    """A configuration that cannot be parsed is a refusal, not a traceback."""
    (repo_dir / ".git/config").write_text("[core\nbroken")
    with pytest.raises(GitledgerError):
        begin(repo_dir)


def test_no_identity(repo_dir: Path, hermetic: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a name nothing is recorded under a made-up one."""
    begin(repo_dir)
    (hermetic / ".gitconfig").write_text("[user]\n\tname = Ada\n")
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.delenv(f"GIT_{name}_EMAIL")
    with pytest.raises(NoIdentity, match=r"user\.email"):
        identity(open_repository(repo_dir, {}), datetime(2026, 1, 1, tzinfo=UTC))


def test_checked_out_branch_is_refused(repo_dir: Path, tmp_path: Path) -> None:
    """The ledger branch as the HEAD of a worktree, or of the repository, is not written to."""
    works(repo_dir)
    git(repo_dir, "worktree", "add", "-q", str(tmp_path / "held"), BRANCH)
    with pytest.raises(LedgerCheckedOut, match="held"):
        put(opened(repo_dir), "notes", [{"text": "two"}])
    git(repo_dir, "worktree", "remove", str(tmp_path / "held"))
    git(repo_dir, "switch", "-q", BRANCH)
    with pytest.raises(LedgerCheckedOut):
        put(opened(repo_dir), "notes", [{"text": "two"}])
    git(repo_dir, "switch", "-q", "trunk")
    put(opened(repo_dir), "notes", [{"text": "two"}])
    assert kept(opened(repo_dir)) == ["one", "two"]


@pytest.mark.parametrize("wanted", ["blob:none", "tree:0"])
def test_a_partial_clone_fetches_what_is_missing(
    wanted: str, repo_dir: Path, tmp_path: Path
) -> None:
    """Rows that a partial clone left out are fetched when they are read."""
    works(repo_dir)
    git(repo_dir, "config", "uploadpack.allowFilter", "true")
    git(repo_dir, "config", "uploadpack.allowAnySHA1InWant", "true")
    url = f"file://{repo_dir}"
    git(tmp_path, "clone", "-q", "--no-checkout", f"--filter={wanted}", url, "part")
    part = tmp_path / "part"
    git(part, "branch", "-q", "--no-track", BRANCH, f"origin/{BRANCH}")
    assert kept(opened(part)) == ["one"]
    put(opened(part), "notes", [{"text": "two"}])
    assert kept(opened(part)) == ["one", "two"]


def test_a_partial_clone_without_its_origin(repo_dir: Path, tmp_path: Path) -> None:
    """When the missing part cannot be fetched, the refusal names the fetch that would."""
    works(repo_dir)
    git(repo_dir, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--no-checkout", "--filter=tree:0", f"file://{repo_dir}", "part")
    part = tmp_path / "part"
    git(part, "branch", "-q", "--no-track", BRANCH, f"origin/{BRANCH}")
    git(part, "remote", "set-url", "origin", "file:///nonexistent")
    with pytest.raises(GitledgerError, match="partial clone") as refusal:
        kept(opened(part))
    assert "git fetch" in refusal.value.hint


def test_a_shallow_clone_records(repo_dir: Path, tmp_path: Path) -> None:
    """A tip without its history is enough to add to."""
    works(repo_dir)
    url = f"file://{repo_dir}"
    git(tmp_path, "clone", "-q", "--depth=1", "--no-single-branch", url, "shallow")
    shallow = tmp_path / "shallow"
    git(shallow, "branch", "-q", "--no-track", BRANCH, f"origin/{BRANCH}")
    put(opened(shallow), "notes", [{"text": "two"}])
    assert kept(opened(shallow)) == ["one", "two"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a repository away")
def test_a_strangers_repository(repo_dir: Path, hermetic: Path) -> None:
    """Another user's repository is refused with the `safe.directory` that would admit it."""
    for place in (repo_dir, *repo_dir.rglob("*")):
        os.chown(place, 65534, 65534)
    with pytest.raises(RepositoryUnsupported, match="another user") as refusal:
        begin(repo_dir)
    assert f"safe.directory {repo_dir}" in refusal.value.hint
    global_config(hermetic, f"[safe]\n\tdirectory = {repo_dir}\n")
    works(repo_dir)


def test_schemas_of_the_kit_are_sound() -> None:
    """The ledgers of these tests are definitions that the program admits."""
    from gitledger.ledger.schema import parse_schema
    from gitledger.ledger.yamltext import load

    for name, text in SCHEMAS.items():
        assert parse_schema(load(text, name)[0], name)[1] == []


def by_count(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Single values in the environment, as CI sets them."""
    values = {"user.name": "Ciara", "user.email": "ciara@example.org"}
    monkeypatch.setenv("GIT_CONFIG_COUNT", str(len(values)))
    for number, (name, value) in enumerate(values.items()):
        monkeypatch.setenv(f"GIT_CONFIG_KEY_{number}", name)
        monkeypatch.setenv(f"GIT_CONFIG_VALUE_{number}", value)


def by_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another file for the user's settings."""
    (home / "other").write_text("[user]\n\tname = Ciara\n\temail = ciara@example.org\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(home / "other"))


def by_remote(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An include for repositories of one host, beside an identity for all others."""
    (home / "other").write_text("[user]\n\tname = Ciara\n\temail = ciara@example.org\n")
    condition = "hasconfig:remote.*.url:https://example.org/**"
    text = f'[includeIf "{condition}"]\n\tpath = {home / "other"}\n'
    global_config(home, text)


def by_role(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """git's own name for the committer."""
    text = "[committer]\n\tname = Ciara\n\temail = ciara@example.org\n"
    global_config(home, text)


def by_email_variable(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable that git falls back to."""
    (home / ".gitconfig").write_text("[user]\n\tname = Ciara\n")
    monkeypatch.setenv("EMAIL", "ciara@example.org")


@pytest.mark.parametrize("way", [by_count, by_file, by_remote, by_role, by_email_variable])
def test_the_identity_is_the_one_git_sees(
    way: Callable[[Path, pytest.MonkeyPatch], None],
    repo_dir: Path,
    hermetic: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Wherever git finds who commits, a row is signed by the same person."""
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.delenv(f"GIT_{role}_NAME")
        monkeypatch.delenv(f"GIT_{role}_EMAIL")
    git(repo_dir, "remote", "add", "origin", "https://example.org/x.git")
    way(hermetic, monkeypatch)
    git(repo_dir, "commit", "-q", "--allow-empty", "-m", "as git names us")
    theirs = git(repo_dir, "log", "-1", "--format=%cn <%ce>").strip()
    who = identity(open_repository(repo_dir, dict(os.environ)), datetime.now(UTC))
    assert f"{who.name} <{who.email}>" == theirs == "Ciara <ciara@example.org>"


def test_settings_of_the_environment_count(repo_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ledger's branch and other settings are read where git reads them."""
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "GitLedger.Branch")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "ledger/other")
    repository = open_repository(repo_dir, dict(os.environ))
    assert setting(repository, "gitledger.branch") == "ledger/other"
    assert setting(repository, "gitledger.nothing") is None
