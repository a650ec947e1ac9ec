"""Commits signed by the git program with the user's own set-up (ssh or gpg)."""

from gitledger.errors import SigningFailed
from gitledger.git.objects import read, run_git
from gitledger.git.repository import Identity, Repository


def signed(
    repository: Repository, tree: bytes, parent: bytes | None, message: str, who: Identity
) -> bytes:
    """A commit's bytes with a signature. Its tree and parent must stand in the repository.

    Raises SigningFailed with the signing program's own words.
    """
    stamp = f"{int(who.when.timestamp())} +0000"
    names = {
        f"GIT_{role}_{part}": value
        for role in ("AUTHOR", "COMMITTER")
        for part, value in (("NAME", who.name), ("EMAIL", who.email), ("DATE", stamp))
    }
    parents = ("-p", parent.hex()) if parent else ()
    words = ("-c", "i18n.commitEncoding=UTF-8", "commit-tree", "-S", *parents, tree.hex())
    text = (message.rstrip("\n") + "\n").encode()
    done = run_git(repository, words, text, **names)
    if done.returncode != 0:
        raise SigningFailed(
            f"nothing was recorded: signing failed: {done.stderr.decode(errors='replace').strip()}",
            "mend the signing set-up, or `git config gitledger.sign false` for this ledger",
        )
    return read(repository, bytes.fromhex(done.stdout.decode().strip()))
