"""The laws of the house: layers, owners, sizes, empty package files."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent / "gitledger"
LAYERS = {
    "errors": set(),
    "ledger": {"errors"},
    "meters": {"errors"},
    "windows": {"errors", "ledger", "meters"},
    "measure": {"errors", "ledger", "meters", "windows"},
    "routing": {"errors", "ledger", "meters", "windows", "measure"},
    "decision": {"errors", "ledger", "meters", "windows", "measure"},
    "report": {"errors", "ledger", "meters", "windows", "measure", "routing", "decision"},
    "git": {"errors", "ledger"},
    "commands": {
        *("errors", "ledger", "meters", "windows", "measure"),
        *("routing", "decision", "report", "git"),
    },
    "cli": {"errors", "commands"},
}
OWNERS = {
    "ruamel": {"ledger"},
    "msgspec": {"ledger"},
    "regex": {"ledger"},
    "genai_prices": {"meters"},
    "numpy": {"measure", "routing"},
    "scipy": {"measure", "routing"},
    "pandas": {"measure", "routing"},
    "rich": {"report"},
    "jinja2": {"report"},
    "altair": {"report"},
    "vl_convert": {"report"},
    "pygit2": {"git"},
    "click": {"cli"},
    "pyarrow": {"report"},
}
PURE = {"ledger", "meters", "windows", "measure", "routing", "decision", "report"}
WORLD = {"os", "pathlib", "subprocess", "socket", "tempfile", "shutil", "random", "time"}
MODULES = sorted(p for p in HOUSE.rglob("*.py") if p.parent != HOUSE)


def layer_of(path: Path) -> str:
    """The room a module stands in."""
    return path.relative_to(HOUSE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Dotted names a module imports, at its top or inside functions."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(HOUSE)))
def test_module_keeps_the_laws(path: Path) -> None:
    """A module imports downwards only, borrows no other room's library, and stays small."""
    layer = layer_of(path)
    assert layer in LAYERS, f"{path} stands in no room"
    for name in imports(path):
        root, _, rest = name.partition(".")
        if root == "gitledger" and rest:
            target = rest.split(".")[0]
            allowed = LAYERS[layer] | {layer}
            assert target in allowed or target == "__version__", f"{path} imports {name}"
        assert layer in OWNERS.get(root, {layer}), f"{path} borrows {root}"
        assert not (layer in PURE and root in WORLD), f"{path} touches the world through {root}"
    source = path.read_text()
    assert len(source.splitlines()) <= 300, f"{path} is longer than 300 lines"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= 50, f"{path}:{node.name} is {length} lines long"


def test_inner_package_files_are_empty() -> None:
    """A package file in an inner room holds nothing."""
    full = [p for p in HOUSE.glob("*/__init__.py") if p.read_text().strip()]
    assert full == []


def test_no_catch_all_names() -> None:
    """No module is named for having no name."""
    banned = {"utils", "helpers", "common", "base", "manager", "process", "handle", "misc"}
    assert [p for p in MODULES if p.stem in banned] == []
