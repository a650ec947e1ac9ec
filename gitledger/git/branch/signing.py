"""Commits signed by the git program with the user's own set-up (ssh or gpg).

Whether to sign, how and with which key is the configuration's to say, the repository's as well.
Which program runs is the user's alone: what hooks left is recorded by verbs that only look.
"""

from gitledger.errors import SigningFailed
from gitledger.git.objects import CommitPlace, read, run_git
from gitledger.git.repository import Identity, Repository
from gitledger.git.signers import programs, trusted_programs


def sign_commit(repository: Repository, place: CommitPlace, message: str, who: Identity) -> bytes:
    """A commit's bytes with a signature. Its tree and parents must stand in the repository.

    Raises SigningFailed with the signing program's own words.
    """
    stamp = f"{int(who.when.timestamp())} +0000"
    names = {
        f"GIT_{role}_{part}": value
        for role in ("AUTHOR", "COMMITTER")
        for part, value in (("NAME", who.name), ("EMAIL", who.email), ("DATE", stamp))
    }
    parents = [word for parent in place.parents for word in ("-p", parent.hex())]
    sign = ("-c", "i18n.commitEncoding=UTF-8", "commit-tree", "-S", *parents, place.tree.hex())
    words = (*trusted_programs(repository), *sign)
    text = (message.rstrip("\n") + "\n").encode()
    done = run_git(repository, words, text, **names)
    if done.returncode != 0:
        raise SigningFailed(
            f"nothing was recorded: signing failed: {done.stderr.decode(errors='replace').strip()}",
            _way_out(repository),
        )
    return read(repository, bytes.fromhex(done.stdout.decode().strip()))


def _way_out(repository: Repository) -> str:
    """The next step, with the settings of the repository that were passed over."""
    hint = "fix the signing setup, or `git config gitledger.sign false` for this ledger"
    _, passed_over = programs(repository)
    names = ", ".join(passed_over)
    return f"{names} in .git/config is not run: set it with --global; {hint}" if names else hint
