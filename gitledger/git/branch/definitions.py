"""The versioned texts on the branch: schemas, configuration, rules; read compiled.

YAML costs an import that a hook cannot afford, so a text is compiled to JSON once and kept in the
git directory under the id of the blob it came from and a seal: such a cache can be missing or
damaged, never stale.
"""

import os
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from gitledger.errors import LedgerDamaged, NotInitialised, SigningFailed, UnknownLedger
from gitledger.git import trees
from gitledger.git.branch.tip import Tip
from gitledger.git.files import forget, kind_of, put_in_place, read_plain
from gitledger.git.repository import signs
from gitledger.git.sharing import shared_writing
from gitledger.ledger import codec, layout, names
from gitledger.ledger.schema import Schema, parse_schema

COMPILED = "compiled"
SUFFIX = ".compiled"
SEAL = 32


def document(tip: Tip, path: str) -> Mapping[str, Any] | None:
    """The plain mapping of a YAML file on the branch, or None where there is no such file.

    Raises LedgerDamaged when it is not readable YAML.
    """
    entry = tip.entry(path)
    if entry is None or entry.mode == trees.TREE:
        return None
    kept = kept_form(tip, entry.oid)
    if kept is not None:
        return kept
    values = as_written(tip, path)
    _keep(tip, entry.oid, values)
    return values


def kept_form(tip: Tip, blob: bytes) -> Mapping[str, Any] | None:
    """The compiled form of a text by its blob; None where there is no sound one."""
    try:
        data = read_plain(f"{tip.repository.state}/{COMPILED}/{blob.hex()}{SUFFIX}")
        body = data[SEAL:]
        values = codec.decode_json(body) if data[:SEAL] == _seal(blob, body) else None
    except (OSError, LedgerDamaged):  # none yet, or damaged: compiled from the text again
        return None
    return values if isinstance(values, dict) else None


def _seal(blob: bytes, body: bytes) -> bytes:
    """What a compiled form begins with: a damaged one, or that of another text, is none."""
    return sha256(blob + body).digest()


def as_written(tip: Tip, path: str) -> Mapping[str, Any]:
    """The same from the text itself, empty where there is no such file.

    What proves or judges reads this: a compiled form is as easily edited as any file.
    Raises LedgerDamaged when it is not readable YAML.
    """
    from gitledger.ledger.yamltext import load  # noqa: PLC0415 - heavy, and rarely needed

    data = tip.file(path)
    if data is None:
        return {}
    values, problems = load(data.decode("utf-8", "replace"), path)
    if problems:
        raise LedgerDamaged(f"{path} on the ledger branch is broken", problems=problems)
    return values


def _keep(tip: Tip, blob: bytes, values: Mapping[str, Any]) -> None:
    """Store the compiled form whole or not at all; a cache that cannot be written is no loss."""
    folder = tip.repository.state / COMPILED
    if kind_of(folder) == "other":  # a link would have it written elsewhere
        return
    scratch = folder / f"{blob.hex()}.{os.getpid()}"
    body = codec.encode_json(values)
    try:
        with shared_writing(tip.repository):
            folder.mkdir(parents=True, exist_ok=True)
            scratch.write_bytes(_seal(blob, body) + body)
        put_in_place(scratch, folder / f"{blob.hex()}{SUFFIX}")
        forget(f"{folder}/{blob.hex()}.json")  # an earlier version's, without a seal
    except OSError:
        forget(str(scratch))


def ledgers(tip: Tip) -> tuple[str, ...]:
    """The names of the ledgers on the branch, sorted. Raises NotInitialised."""
    folder = tip.entry(layout.LEDGERS)
    if folder is None:
        raise not_initialised()
    schema_file = layout.SCHEMA_FILE.encode()
    return tuple(
        entry.name.decode()
        for entry in trees.entries(tip.read(folder.oid))
        if entry.mode == trees.TREE and trees.find(tip.read(entry.oid), schema_file)
    )


def schema(tip: Tip, ledger: str) -> Schema:
    """The definition in force of a ledger. Raises UnknownLedger, LedgerDamaged, NotInitialised."""
    if tip.commit is None:
        raise not_initialised()
    path = layout.schema_path(ledger)
    source = document(tip, path) if names.LEDGER.match(ledger) else None
    if source is None:
        known = ", ".join(ledgers(tip))
        raise UnknownLedger(
            f"no ledger {ledger!r} here", f"ledgers: {known}; add one with `gitledger ledger add`"
        )
    parsed, problems = parse_schema(source, path)
    if parsed is None:
        raise LedgerDamaged(f"{path} on the ledger branch is broken", problems=problems)
    if parsed.ledger != ledger:
        what = f"{path} on the ledger branch is the definition of {parsed.ledger}"
        raise LedgerDamaged(what, "gitledger ledger add FILE puts the ledger's own back")
    return parsed


def refuse_unsigned(tip: Tip) -> None:
    """Raise SigningFailed where the ledger asks for signed commits and this writer makes none."""
    if signs(tip.repository):
        return
    asked = (document(tip, layout.CONFIG) or {}).get("signatures", "none")
    if asked != "none":
        raise SigningFailed(
            f"this ledger takes signed commits only (signatures: {asked}), and signing is off here",
            "git config gitledger.sign true, with user.signingkey set",
        )


def not_initialised(branch: str = "", elsewhere: str = "") -> NotInitialised:
    """The refusal when there is no ledger branch yet; `elsewhere` is a remote's copy of it."""
    if not elsewhere:
        return NotInitialised("this repository has no ledger yet", "gitledger init")
    return NotInitialised(
        f"the ledger of this repository is {elsewhere}; this clone has no {branch} yet",
        "gitledger init takes it, and puts the hooks in place",
    )


def taken_out(file: str) -> LedgerDamaged:
    """The refusal when somebody took a settings file off the branch."""
    verb = "rules" if file == layout.RULES else "config"
    hint = f"gitledger verify names the commit that took it; gitledger {verb} set FILE replaces it"
    return LedgerDamaged(f"there is no {file} on the ledger branch", hint)
