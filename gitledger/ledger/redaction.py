"""What never reaches a ledger: keys, passwords, e-mail addresses, session ids, home paths. Pure.

What is committed to an append-only branch cannot be taken back, so every free text passes here on
its way into a row or a commit message. In free text a find becomes `<secret>`, `<account>`,
`<session>` or `<path>`; where texts are compared (identifiers, natural keys) it becomes a pseudonym
that is the same for the same original, so that rows of before and after still meet. What was
redacted is redacted no further.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from hashlib import sha256

SECRET, ACCOUNT, SESSION, PATH = "secret", "account", "session", "path"
PSEUDONYM = re.compile(r"s-[0-9a-f]{16}\Z")
SHORT_TEXT = 80  # characters of what is worth remembering
SHORT_LABEL = 15  # characters: what programs make up as an id is longer
_DONE = r"(?!<(?:secret|account|session|path|redacted)>|s-[0-9a-f]{16}(?![0-9a-f]))"
_VALUE = r"(?:\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^\s\"'&;]+)"
_SIGNED = r"(?:pass(?:word|wd|phrase)|\bpwd|secret|api[_-]?key|access[_-]?key|private[_-]?key)"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of find. A text without one of the `signs` (lower case) cannot hold it.

    `kept` of the pattern is what stays before the find: the name of a field, a scheme.
    """

    name: str
    signs: tuple[str, ...]
    source: str
    flags: int = 0


KINDS: Sequence[Kind] = (
    Kind(SECRET, ("private key-----",),
         r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----(?:[^-]|-(?!----))*+"
         r"(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?"),
    Kind(SECRET, ("://",), rf"(?P<kept>://[^\s/@:]*:){_DONE}[^\s/@]+(?=@)"),
    Kind(SECRET, ("authorization",),
         rf"(?P<kept>authorization[\"']?\s*[:=]\s*[\"']?(?:(?:bearer|basic|token)\s+)?+){_DONE}"
         r"[^\s\"',;]+", re.IGNORECASE),
    Kind(SECRET, ("bearer",),
         rf"(?P<kept>\bbearer\s+){_DONE}(?:(?=\S*\d)\S{{4,}}|[\w.~+/=-]{{8,}})", re.IGNORECASE),
    Kind(SECRET, ("eyj",), r"(?<![\w-])eyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?"),
    Kind(SECRET, ("sk-", "sess-"),
         r"(?<![A-Za-z0-9])(?:sk|sess)-(?=[\w-]*[A-Z0-9]|[\w-]{20})[\w-]{8,}"),
    Kind(SECRET, ("gh", "github_pat_", "glpat-", "hf_", "npm_", "pypi-"),
         r"(?<![A-Za-z0-9])(?:gh[a-z]_[A-Za-z0-9]{8,}|github_pat_\w{8,}|glpat-[\w-]{8,}"
         r"|hf_[A-Za-z0-9]{16,}|npm_[A-Za-z0-9]{16,}|pypi-[\w-]{16,})"),
    Kind(SECRET, ("xox", "xapp-"), r"(?<![A-Za-z0-9])(?:xox[a-z]|xapp)-[\w-]{8,}"),
    Kind(SECRET, ("akia", "asia"), r"(?<![A-Za-z0-9])A(?:KIA|SIA)[A-Z0-9]{12,}"),
    Kind(SECRET, ("aiza",), r"(?<![A-Za-z0-9])AIza[\w-]{20,}"),
    Kind(SECRET, (".",), r"(?<![A-Za-z0-9])[0-9a-fA-F]{32}\.[A-Za-z0-9]{16}(?![A-Za-z0-9])"),
    Kind(SECRET, ("pass", "pwd", "secret", "key"),
         rf"(?P<kept>(?:{_SIGNED}|(?<![a-z])key)\d*[\"']?\s*(?:=|=>)\s*){_DONE}{_VALUE}",
         re.IGNORECASE),
    Kind(SECRET, ("pass", "pwd", "secret", "key"),
         rf"(?P<kept>{_SIGNED}\d*[\"']?\s*:\s*)(?!//){_DONE}(?=[\"']|\S{{4}}){_VALUE}",
         re.IGNORECASE),
    Kind(SECRET, ("token",),
         r"(?P<kept>token[\"']?\s*(?:=|:(?=\s*[\"']|\s*\S{4}))\s*)"
         rf"(?![\"']?\d[\d_,.]*(?:[\s\"';&]|$)){_DONE}{_VALUE}", re.IGNORECASE),
    Kind(SECRET, ("--",),
         rf"(?P<kept>(?<![\w-])--[\w-]{{0,40}}(?:{_SIGNED}|token|(?<![a-z])key)\s+)(?!-){_DONE}{_VALUE}",
         re.IGNORECASE),
    Kind(ACCOUNT, ("@",),
         r"(?<![\w.%+-])[\w.%+-]++@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}"),
    Kind(SESSION, ("-",),
         r"(?<![0-9a-fA-F])[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}(?![0-9a-fA-F])"),
    Kind(PATH, ("/home/", "/users/", "/root", ":\\users\\", ":/users/"),
         r"(?:(?<![\w.])(?:/home/|/Users/|/root(?=[/\s]|$))|(?<!\w)[A-Za-z]:[\\/]+[Uu]sers[\\/]+)"
         r"[^\s│|\"',)\\/]*(?:[\\/][^\s│|\"',)]*)?"),
    Kind(PATH, ("~",), r"(?<![\w~])~[\w-]*[\\/][^\s│|\"',)]+"),
)  # fmt: skip


def redact(text: str, *, pseudonyms: bool = False) -> str:
    """The text without what never reaches a ledger; with `pseudonyms` each find keeps its own."""
    if len(text) <= SHORT_TEXT:
        return _short(text, pseudonyms)
    return _redacted(text, pseudonyms)


def _redacted(text: str, pseudonyms: bool) -> str:  # noqa: FBT001 - two fixed call sites
    lower = text.lower()
    for place, kind in enumerate(KINDS):
        if any(sign in lower for sign in kind.signs):
            text = _pattern(place).sub(partial(_in_place, kind.name, pseudonyms), text)
    return text


_short = lru_cache(maxsize=4096)(_redacted)  # labels come again and again, in batches above all


def kinds_in(text: str) -> tuple[str, ...]:
    """The kinds of what `redact` would take out of the text, each once."""
    lower = text.lower()
    return tuple(
        dict.fromkeys(
            kind.name
            for place, kind in enumerate(KINDS)
            if any(sign in lower for sign in kind.signs) and _pattern(place).search(text)
        )
    )


@cache
def _pattern(place: int) -> re.Pattern[str]:
    """The pattern of a kind, compiled when a text first shows its sign: most never do."""
    return re.compile(KINDS[place].source, KINDS[place].flags)


def _in_place(name: str, pseudonyms: bool, found: re.Match[str]) -> str:  # noqa: FBT001
    kept = found.groupdict().get("kept") or ""
    return kept + (pseudonym(found[0][len(kept) :]) if pseudonyms else f"<{name}>")


def pseudonym(original: str) -> str:
    """`s-` and 16 hex digits of the SHA-256 of the original; a pseudonym stays what it is."""
    if PSEUDONYM.match(original):
        return original
    return f"s-{sha256(original.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


@lru_cache(maxsize=4096)
def label(text: str) -> str:
    """The name of an account, agent or voter as rows keep it: an address becomes a pseudonym."""
    return redact(text, pseudonyms=True)


def identifier(text: str) -> str:
    """A session or request id as rows keep it: a pseudonym, but for a short label of a person.

    Old rows hold ids as they came: asked through this function they meet the new ones.
    """
    if len(text) <= SHORT_LABEL and not kinds_in(text):
        return text
    return pseudonym(text)


def command_line(words: Sequence[str]) -> str:
    """A command as one line without secrets; of `NAME=value with blanks` the whole value goes."""
    line, hidden_next = [], False
    for word in words:
        name, sign, value = word.partition("=")
        if hidden_next:
            line.append(f"<{SECRET}>")
        elif sign and re.search(r"\s", value) and redact(f"{name}=x") != f"{name}=x":
            line.append(f"{name}=<{SECRET}>")
        else:
            line.append(redact(word))
        hidden_next = not hidden_next and _asks_for_secret(word)
    return redact(" ".join(line))


def _asks_for_secret(word: str) -> bool:
    """Whether the next word is a secret: `--password`, `--api-key`, `--token`, curl's `-u`."""
    return word in {"-u", "--user"} or (
        word.startswith("--") and "=" not in word and redact(f"{word} xxxx") != f"{word} xxxx"
    )
