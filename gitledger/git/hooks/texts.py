"""The texts of hooks: our scripts, and the few lines that join us to a hook that was there.

Text in, text out; nothing here touches a file. Depends on nothing.
"""

import re
import shlex
from collections.abc import Sequence

CLIENT = ("post-commit", "post-rewrite", "post-merge", "post-checkout", "pre-push")
TRAILERS = "prepare-commit-msg"
SERVER = "pre-receive"
NAMES = (*CLIENT, TRAILERS, SERVER)
GIVEN_LINES = frozenset({"post-rewrite", "pre-push", "pre-receive"})  # read standard input
MAY_REFUSE = frozenset({"pre-push", "pre-receive"})
KEPT = ".before-gitledger"
OURS = b"#!/bin/sh\n# gitledger"
BEGIN = "# >>> gitledger (`gitledger hooks uninstall` takes these lines out)\n"
END = "# <<< gitledger\n"
BLOCK = re.compile(re.escape(BEGIN.encode()) + rb".*?" + re.escape(END.encode()), re.DOTALL)
SHELLS = re.compile(rb"#! ?(/usr)?/bin/(env )?(busybox )?(sh|bash|dash|ash|ksh|zsh)( -[a-z]+)*\n")


def render_script(template: bytes, program: Sequence[str]) -> bytes:
    """A shipped script with the program's absolute path and its words in place."""
    file = shlex.quote(program[0]).encode()
    words = shlex.join(program).encode()
    return template.replace(b"@FILE@", file).replace(b"@PROGRAM@", words)


def program_of(script: bytes) -> str:
    """The program file that a rendered script runs, "" when it names none."""
    found = re.search(rb"\[ -x (.+?) \] \|\|", script)
    words = shlex.split(found[1].decode("utf-8", "surrogateescape")) if found else []
    return words[0] if words else ""


def is_ours(text: bytes) -> bool:
    """Whether a whole hook file was written by us."""
    return text.startswith(OURS)


def has_block(text: bytes) -> bool:
    """Whether our lines stand in a hook of somebody else."""
    return BLOCK.search(text) is not None


def is_shell_script(text: bytes) -> bool:
    """Whether lines of POSIX shell may be put behind the first line of a hook."""
    return SHELLS.match(text) is not None


def block(name: str) -> str:
    """Our lines for a hook that is there: run our script first, hand standard input on.

    They name no path of one machine, so that a hook that is shared may hold them.
    """
    lines = [
        f"gitledger_hook=$(git rev-parse --git-common-dir 2>/dev/null)/gitledger/hooks/{name} || :"
    ]
    failing = "exit 1" if name in MAY_REFUSE else ":"
    if name in GIVEN_LINES:
        lines += [
            'if [ -x "$gitledger_hook" ]; then',
            "    gitledger_lines=$(cat)",
            f'    printf \'%s\\n\' "$gitledger_lines" | "$gitledger_hook" "$@" || {failing}',
            '    if [ -z "$gitledger_lines" ]; then exec </dev/null; else exec <<GITLEDGER_LINES',
            "$gitledger_lines",
            "GITLEDGER_LINES",
            "    fi",
            "fi",
        ]
    else:
        lines.append(f'[ ! -x "$gitledger_hook" ] || "$gitledger_hook" "$@" || {failing}')
    return BEGIN + "".join(line + "\n" for line in lines) + END


def with_block(text: bytes, name: str) -> bytes:
    """A shell script with our lines behind its first line, older ones of ours replaced."""
    first, newline, rest = without_block(text).partition(b"\n")
    return first + newline + block(name).encode() + rest


def without_block(text: bytes) -> bytes:
    """A hook without our lines, byte for byte as it was before them."""
    return BLOCK.sub(b"", text)


def wrapper(name: str) -> bytes:
    """A hook that runs ours, then the one that was here and was put aside under another name."""
    lines = [
        "#!/bin/sh",
        f"# gitledger, and the hook that was here before: {name}{KEPT}",
        block(name).rstrip("\n"),
        f"gitledger_kept=${{0%/*}}/{name}{KEPT}",
        '[ ! -x "$gitledger_kept" ] || exec "$gitledger_kept" "$@"',
    ]
    return ("\n".join(lines) + "\n").encode()


def configuration(name: str, script: str) -> tuple[tuple[str, str], ...]:
    """The configuration values that make git 2.54 or newer run a script as a hook."""
    section = f"hook.gitledger-{name}"
    return ((f"{section}.command", shlex.quote(script)), (f"{section}.event", name))
