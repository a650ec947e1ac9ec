"""Commits as bytes, plain or signed by the git program with the user's own set-up (ssh or gpg)."""

from dataclasses import dataclass

from gitledger.errors import SigningFailed
from gitledger.git.objects import read, run_git
from gitledger.git.repository import Identity, Repository, flag


@dataclass(frozen=True, slots=True)
class CommitDraft:
    """A commit to be: its tree and parent (20 bytes), its message, who commits and when."""

    tree: bytes
    parent: bytes | None
    message: str
    who: Identity

    def data(self) -> bytes:
        """The commit's bytes, unsigned; author and committer are one."""
        person = f"{self.who.name} <{self.who.email}> {int(self.who.when.timestamp())} +0000"
        lines = [f"tree {self.tree.hex()}"]
        if self.parent is not None:
            lines.append(f"parent {self.parent.hex()}")
        lines += [f"author {person}", f"committer {person}", "", self.message.rstrip("\n"), ""]
        return "\n".join(lines).encode()


def signs(repository: Repository) -> bool:
    """Whether commits are to be signed; `gitledger.sign` overrules `commit.gpgSign`."""
    own = flag(repository, "gitledger.sign")
    return bool(own if own is not None else flag(repository, "commit.gpgsign"))


def signed(repository: Repository, draft: CommitDraft) -> bytes:
    """The commit's bytes with a signature. Its tree and parent must stand in the repository.

    Raises SigningFailed with the signing program's own words.
    """
    stamp = f"{int(draft.who.when.timestamp())} +0000"
    names = {
        f"GIT_{role}_{part}": value
        for role in ("AUTHOR", "COMMITTER")
        for part, value in (("NAME", draft.who.name), ("EMAIL", draft.who.email), ("DATE", stamp))
    }
    parents = ("-p", draft.parent.hex()) if draft.parent else ()
    words = ("-c", "i18n.commitEncoding=UTF-8", "commit-tree", "-S", *parents, draft.tree.hex())
    text = (draft.message.rstrip("\n") + "\n").encode()
    done = run_git(repository, words, text, **names)
    if done.returncode != 0:
        raise SigningFailed(
            f"nothing was recorded: signing failed: {done.stderr.decode(errors='replace').strip()}",
            "mend the signing set-up, or `git config gitledger.sign false` for this ledger",
        )
    return read(repository, bytes.fromhex(done.stdout.decode().strip()))
