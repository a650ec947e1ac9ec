"""The page of settings names every key that the program takes, with the default it ships."""

from sessions import ROOT

from gitledger.decision.policy import CONFIG, NEUTRAL, RULES

PAGE = (ROOT / "docs/reference/configuration.md").read_text(encoding="utf-8")


def test_every_key_stands_on_the_page() -> None:
    """Of both files; `policy` holds the direction of every one of them."""
    lacking = [key for key in (*RULES, *NEUTRAL, *CONFIG) if f"`{key}`" not in PAGE]
    assert lacking == []


def test_every_key_of_the_shipped_file_stands_on_the_page() -> None:
    """Also those that loosen nothing."""
    text = (ROOT / "ledgers/defaults/gitledger.yaml").read_text(encoding="utf-8")
    keys = [line.partition(":")[0] for line in text.splitlines() if line[:1].isalpha()]
    assert [key for key in keys if key != "thresholds" and f"| `{key}` |" not in PAGE] == []
