"""What forges do to a proposal when somebody presses a button, with the messages they write."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from ground import NO_HOOKS, git
from tampering import BRANCH, REF, Ledger

P = "gitledger/p"
TITLE = "Rows of ada"
MERGES = {
    "github": f"Merge pull request #3 from ada/{P}\n\n{TITLE}",
    "gitlab": f"Merge branch '{P}' into '{BRANCH}'\n\n{TITLE}\n\nSee merge request team/code!3",
    "azure": f"Merged PR 3: {TITLE}\n\nRelated work items: #1",
    "bitbucket": f"Merged in {P} (pull request #3)\n\n{TITLE}\n\nApproved-by: Bob",
    "gitea": f"Merge pull request '{TITLE}' (#3) from {P} into {BRANCH}\n\nReviewed-by: Bob",
}
SQUASHES = {
    "github": f"{TITLE} (#3)\n\n{{bullets}}",
    "gitlab": TITLE,
    "gitlab-template": f"{TITLE}\n\nSee merge request team/code!3",
    "azure": f"Merged PR 3: {TITLE}\n\nThree facts.",
    "bitbucket": f"Merged in {P} (pull request #3)\n\n{TITLE}\n\n{{bullets}}\n\nApproved-by: Bob",
    "gitea": f"{TITLE} (#3)\n\nReviewed-on: https://gitea.example/ada/code/pulls/3\n",
    "git": "Squashed commit of the following:\n\n{bullets}",
}


@dataclass(frozen=True)
class Site:
    """A forge's repository, with the branch checked out: git itself works on it; and ada's."""

    forge: Path
    author: Ledger

    def git(self, *words: str) -> str:
        """Run git at the forge, where no hook of ours is."""
        return git(self.forge, *NO_HOOKS, *words).rstrip("\n")

    def propose(self, name: str = P) -> None:
        """Ada pushes her branch as a proposal."""
        self.author.git(*NO_HOOKS, "push", "-q", "origin", f"+{REF}:refs/heads/{name}")

    def fetch(self) -> None:
        """Ada fetches what the forge has."""
        self.author.git("fetch", "-q", "origin", f"+{REF}:refs/remotes/origin/{BRANCH}")

    def merged(self) -> None:
        """Ada merges the forge's branch into hers, by a clone in which it can be checked out."""
        self.fetch()
        scratch = self.forge.parent / "scratch"
        shutil.rmtree(scratch, ignore_errors=True)
        git(self.forge.parent, "clone", "-q", "-b", BRANCH, str(self.author.path), str(scratch))
        git(scratch, "fetch", "-q", str(self.forge), BRANCH)
        git(scratch, "merge", "-q", "--no-edit", "FETCH_HEAD")
        git(self.author.path, "fetch", "-q", "-u", str(scratch), f"{BRANCH}:{BRANCH}")

    def adopted(self) -> None:
        """Ada takes the forge's branch for hers, as it is."""
        self.fetch()
        self.author.git("update-ref", "-m", "adopt", REF, f"refs/remotes/origin/{BRANCH}")

    def third(self) -> Ledger:
        """A fresh clone of somebody else."""
        path = self.forge.parent / "third"
        shutil.rmtree(path, ignore_errors=True)
        git(self.forge.parent, "clone", "-q", str(self.forge), str(path))
        clone = Ledger(path)
        if not git(path, "branch", "--list", BRANCH):
            clone.git("branch", "-q", BRANCH, f"origin/{BRANCH}")
        clone.git("switch", "-q", "--detach")
        return clone


def merge(site: Site, name: str = P, message: str = MERGES["github"]) -> None:
    """A merge commit, as merge queues make one too."""
    site.git("merge", "-q", "--no-ff", "-m", message, name)


def fast_forward(site: Site, name: str = P) -> None:
    """The proposal brought up to date by a rebase here, then nothing but a move."""
    site.git("rebase", "-q", BRANCH, name)
    site.git("switch", "-q", BRANCH)
    site.git("merge", "-q", "--ff-only", name)


def semi_linear(site: Site, name: str = P) -> None:
    """A rebase, and a merge commit over it."""
    site.git("rebase", "-q", BRANCH, name)
    site.git("switch", "-q", BRANCH)
    merge(site, name, MERGES["gitlab"])


def rebase(site: Site, name: str = P) -> None:
    """Every commit of the proposal made anew on the branch, messages and trailers kept."""
    for commit in site.git("rev-list", "--reverse", "--no-merges", f"{BRANCH}..{name}").split():
        site.git("cherry-pick", "--allow-empty", "--keep-redundant-commits", commit)


def squash(site: Site, name: str = P, message: str = SQUASHES["gitlab"]) -> None:
    """One commit in the place of all, under any message."""
    told = site.git("log", "--reverse", "--format=* %B", f"{BRANCH}..{name}")
    site.git("merge", "-q", "--squash", name)
    site.git("commit", "-q", "--allow-empty", "-m", message.format(bullets=told))


def squash_and_merge(site: Site, name: str = P) -> None:
    """GitLab's squash where the project wants merge commits: one commit, and a merge of it."""
    base = site.git("rev-parse", BRANCH)
    site.git("switch", "-q", "--detach", base)
    squash(site, name)
    made = site.git("rev-parse", "HEAD")
    site.git("switch", "-q", BRANCH)
    merge(site, made, MERGES["gitlab"])


def update_branch(site: Site, name: str = P) -> None:
    """The branch merged into the proposal first, then the proposal into it."""
    site.git("switch", "-q", name)
    site.git("merge", "-q", "-m", f"Merge branch '{BRANCH}' into {name}", BRANCH)
    site.git("switch", "-q", BRANCH)
    merge(site, name)


def web_editor(site: Site, name: str = P) -> None:
    """A merge in which somebody resolved the configuration by hand."""
    site.git("merge", "-q", "--no-ff", "--no-commit", name)
    config = site.forge / "gitledger.yaml"
    config.write_text(config.read_text() + "# resolved in the web editor\n")
    site.git("commit", "-qam", MERGES["github"])


def revert(site: Site) -> None:
    """The newest merge or squash taken back, as the button beside it does."""
    parents = site.git("rev-list", "--parents", "-1", BRANCH).split()
    mainline = ("-m", "1") if len(parents) > 2 else ()
    site.git("revert", "--no-edit", *mainline, BRANCH)
