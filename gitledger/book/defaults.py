"""The definitions that come with the program: ledgers, default configuration, default rules."""

from collections.abc import Mapping
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def shipped_folder(kind: str) -> Path:
    """Where the shipped `ledgers` or `hooks` stand: in the wheel, or beside the checkout."""
    packed = PACKAGE / "shipped" / kind
    return packed if packed.is_dir() else PACKAGE.parent / kind


def shipped_ledgers() -> Mapping[str, str]:
    """The text of every shipped ledger definition, by ledger name."""
    return {
        path.stem: path.read_text(encoding="utf-8")
        for path in sorted(shipped_folder("ledgers").glob("*.yaml"))
    }


def shipped_default(name: str) -> str:
    """The text of a shipped default file of the branch: `gitledger.yaml`, `rules.yaml`, ..."""
    return (shipped_folder("ledgers") / "defaults" / name).read_text(encoding="utf-8")
