"""Which programs sign and check signatures: the user's, never those a repository names."""

from collections.abc import Mapping, Sequence

from gitledger.git.objects import run_git
from gitledger.git.program import OF_THE_REPOSITORY
from gitledger.git.repository import Repository

PROGRAMS = {
    "gpg.openpgp.program": "gpg",
    "gpg.ssh.program": "ssh-keygen",
    "gpg.x509.program": "gpgsm",
}
RUN_BY_SIGNING = r"^gpg\.((.*\.)?program|ssh\.defaultkeycommand)$"
KEY_COMMAND, NOTHING = "gpg.ssh.defaultkeycommand", "false"  # `false` prints no key


def trusted_programs(repository: Repository) -> tuple[str, ...]:
    """`-c` words by which git signs and checks with the user's programs, never the repository's.

    A stranger's `.git/config` may name any file as gpg.program or gpg.ssh.defaultKeyCommand; the
    user's own settings and the environment's stay in force.
    """
    chosen, passed_over = programs(repository)
    key_command = {KEY_COMMAND: NOTHING} if KEY_COMMAND in passed_over else {}
    given = {**key_command, **chosen, "gpg.program": chosen["gpg.openpgp.program"]}
    return tuple(word for name, value in given.items() for word in ("-c", f"{name}={value}"))


def programs(repository: Repository) -> tuple[Mapping[str, str], Sequence[str]]:
    """The user's signing programs by git's setting, and settings of the repository passed over."""
    chosen, passed_over = dict(PROGRAMS), list[str]()
    words = ("config", "--show-scope", "-z", "--get-regexp", RUN_BY_SIGNING)
    told = run_git(repository, words).stdout.decode("utf-8", "surrogateescape").split("\0")
    for scope, setting in zip(told[::2], told[1::2], strict=False):
        name, _, value = setting.partition("\n")
        name = "gpg.openpgp.program" if name == "gpg.program" else name
        if scope in OF_THE_REPOSITORY:
            passed_over.append(name)
        else:
            chosen[name] = value
    return chosen, passed_over
