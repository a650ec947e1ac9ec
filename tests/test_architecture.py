"""The laws of the house: layers, owners, sizes, empty package files."""

import ast
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent / "gitledger"
PROVIDERS = {"errors", "ledger", "meters", "windows"}
FIGURES = {*PROVIDERS, "lines", "measure"}
CORE = {*FIGURES, "routing", "decision", "report"}
LAYERS = {
    "errors": set(),
    "ledger": {"errors"},
    "meters": {"errors"},
    "windows": {"errors", "ledger", "meters"},
    "measure": PROVIDERS,
    "lines": {"errors", "ledger", "measure"},
    "routing": {"errors"},
    "decision": FIGURES,
    "report": {*FIGURES, "routing", "decision"},
    "git": {"errors", "ledger", "lines"},
    "demo": {"errors", "git"},
    "book": {*CORE, "git"},
    "capture": {*CORE, "git", "book"},
    "setup": {*CORE, "git", "book"},
    "share": {*CORE, "git", "book"},
    "fleet": {*CORE, "git", "book"},
    "commands": {*CORE, "git", "book", "capture", "setup", "share", "fleet", "demo"},
    "frames": {*CORE, "git", "book", "commands"},
    "cli": {"errors", "windows", "book", "capture", "fleet", "commands"},
}
OWNERS = {
    "ruamel": {"ledger"},
    "msgspec": {"ledger"},
    "regex": {"ledger"},
    "genai_prices": {"meters"},
    "numpy": {"lines", "measure", "routing"},
    "scipy": {"lines", "measure", "routing"},
    "pandas": {"frames"},
    "rich": {"report"},
    "jinja2": {"report"},
    "pygit2": {"git"},
    "click": {"cli"},
    "pyarrow": {"report", "fleet"},
    "duckdb": {"fleet"},
    "pyspark": {"fleet"},
}
PURE = CORE - {"errors"}
WORLD = {"os", "pathlib", "subprocess", "socket", "tempfile", "shutil", "random", "time"}
MODULES = sorted(p for p in HOUSE.rglob("*.py") if p.parent != HOUSE or p.name == "frames.py")


@cache
def parsed(path: Path) -> ast.Module:
    """The tree of a module."""
    return ast.parse(path.read_text())


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Everything in it, each once."""
    return tuple(ast.walk(parsed(path)))


def layer_of(path: Path) -> str:
    """The room a module stands in."""
    return path.relative_to(HOUSE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Dotted names a module imports, at its top or inside functions."""
    for node in nodes(path):
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
    for node in nodes(path):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= 50, f"{path}:{node.name} is {length} lines long"


def test_git_takes_only_values_from_lines() -> None:
    """git knows what a change is, not what becomes of its lines."""
    taken = {
        (path.name, name)
        for path in MODULES
        if layer_of(path) == "git"
        for name in imports(path)
        if name.startswith("gitledger.lines") and name != "gitledger.lines.change"
    }
    assert taken == set()


def test_the_proof_of_the_branch_trusts_no_writer() -> None:
    """`git/proof` reads raw history; nothing that writes or caches the branch takes part in it."""
    taken = {
        (path.name, name)
        for path in (HOUSE / "git" / "proof").glob("*.py")
        for name in imports(path)
        if name.startswith("gitledger.git.branch")
    }
    assert taken == set()


def test_a_verb_imports_no_verb() -> None:
    """What two verbs share stands below them; only the shape of an answer is theirs together."""
    arrows = {
        (path.stem, name.rpartition(".")[2])
        for path in (HOUSE / "commands").glob("*.py")
        for name in imports(path)
        if name.startswith("gitledger.commands.") and name != "gitledger.commands.result"
    }
    assert arrows == set()


def typed_names() -> set[str]:
    """Every verb as click knows it, and every verb below one: `import csv` is `import_csv`."""
    import click

    from gitledger.cli.main import program

    root = click.Context(program, info_name="gitledger", **program.context_settings)
    found, pending = set[str](), [(root, "")]
    while pending:
        context, name = pending.pop()
        found.add(name)
        if isinstance(context.command, click.Group):
            for word in context.command.list_commands(context):
                below = context.command.get_command(context, word)
                assert below is not None
                inner = click.Context(below, info_name=word, parent=context)
                pending.append((inner, f"{name}_{word}".strip("_").replace("-", "_")))
    return found


def test_every_module_of_the_verbs_is_a_verb_as_it_is_typed() -> None:
    """The first guess for a verb is right: its name is its file's; git's hooks by theirs."""
    typed = typed_names()
    assert {"import_csv", "agent_hook", "doctor"} <= typed
    found = {path.stem for path in (HOUSE / "commands").glob("*.py")} - {"__init__", "result"}
    assert {name for name in found if name not in typed and not name.startswith("hook_")} == set()


def test_inner_package_files_are_empty() -> None:
    """A package file in an inner room holds nothing."""
    full = [p for p in HOUSE.rglob("*/__init__.py") if p.read_text().strip()]
    assert full == []


def test_no_catch_all_names() -> None:
    """No module is named for having no name."""
    banned = {"utils", "helpers", "common", "base", "manager", "process", "handle", "misc"}
    assert [p for p in MODULES if p.stem in banned] == []


def test_no_class_name_stands_in_two_modules() -> None:
    """A class is named for its one thing, so that its name alone says which it is."""
    names = Counter(
        node.name
        for path in HOUSE.rglob("*.py")
        for node in nodes(path)
        if isinstance(node, ast.ClassDef)
    )
    assert {"Window", "Row", "Finding"} <= set(names)
    assert [name for name, times in names.items() if times > 1] == []


# a moment is text in one form, by ledger/values; and where it is not, why
MOMENTS = {
    "ledger/values.py": "the one form: RFC 3339 in UTC with Z",
    "ledger/yamltext.py": "a date or time as YAML wrote it, before a schema looks at it",
    "meters/reading.py": "the same form for readings: meters stand beside the ledger's values",
    "decision/scope.py": "cards that were issued are compared with cards made anew, by their bytes",
    "decision/derived_card.py": "as the scope of a card",
    "commands/handoff.py": "a pack's recipe is compared with one made anew, by its bytes",
    "demo/week.py": "what a person would type",
    "demo/tell.py": "what git is told",
}


def texts_of_moments(path: Path) -> Iterator[ast.Call]:
    """Calls that turn a moment into text; a day alone (`.date().isoformat()`) is none."""
    for node in nodes(path):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            of_a_day = ast.unparse(node.func.value).endswith(".date()")
            if node.func.attr in {"isoformat", "strftime"} and not of_a_day:
                yield node


def test_a_moment_becomes_text_in_one_place() -> None:
    """Nobody but ledger/values turns a moment into text, so that every moment looks alike."""
    found = {str(path.relative_to(HOUSE)) for path in MODULES if any(texts_of_moments(path))}
    assert found == set(MOMENTS)


# whole files are written by git/files.replace_file; what else is written, and why
WRITERS = {
    "git/files.py": "the one writer",
    "git/branch/definitions.py": "a cache, put in place of whatever stands there, by git/files",
    "git/code/spool.py": "a fact that nobody knows the name of yet, as the shell hooks leave it",
    "git/hooks/install.py": "a copy of .git/config, made once, before our lines are in it",
    "demo/tell.py": "the files of a week that is told in a folder of its own",
    # below: folders that are gone when the question is answered
    "git/code/counting.py": "attributes for it",
    "git/code/branches.py": "the cut of a shallow clone for it",
    "git/proof/attest.py": "what a signing program reads",
    "share/textjoin.py": "three sides of a text for git merge-file",
}


def test_whole_files_have_one_writer() -> None:
    """Nobody but git/files writes a file whole, so that none is ever seen half written."""
    found = {
        str(path.relative_to(HOUSE))
        for path in MODULES
        for node in nodes(path)
        if isinstance(node, ast.Attribute) and node.attr in {"write_text", "write_bytes"}
    }
    assert found == set(WRITERS)


def takers_of_statistics() -> dict[str, dict[str, int]]:
    """By module: functions that take statistical terms with a default, and its place."""
    found: dict[str, dict[str, int]] = {}
    for path in MODULES:
        for node in nodes(path):
            if isinstance(node, ast.FunctionDef):
                names = [a.arg for a in (*node.args.args, *node.args.kwonlyargs)]
                if "stats" in names and (node.args.defaults or node.args.kw_defaults):
                    module = ".".join(path.relative_to(HOUSE.parent).with_suffix("").parts)
                    found.setdefault(module, {})[node.name] = names.index("stats")
    return found


def test_every_caller_inside_passes_the_terms_of_the_ledger() -> None:
    """The shipped terms are a default for callers without a ledger; no number inside uses them."""
    takers = takers_of_statistics()
    assert {"efficiency", "every_provider"} <= set(takers["gitledger.measure.efficiency"])
    without = []
    for path in MODULES:
        own = ".".join(path.relative_to(HOUSE.parent).with_suffix("").parts)
        known = dict(takers.get(own, {}))
        for node in nodes(path):
            if isinstance(node, ast.ImportFrom):
                there = takers.get(node.module or "", {})
                known |= {a.asname or a.name: there[a.name] for a in node.names if a.name in there}
        without += [
            f"{path}:{node.lineno} {node.func.id}"
            for node in nodes(path)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            if node.func.id in known and len(node.args) <= known[node.func.id]
            if not any(keyword.arg == "stats" for keyword in node.keywords)
        ]
    assert without == []


def test_no_statistical_constant_is_a_default() -> None:
    """`phi0`, a width or a confidence is never a default of a single argument."""
    terms = {"phi0", "width", "confidence", "alpha", "directional", "week0"}
    found = [
        f"{path}:{node.name}({argument.arg})"
        for path in MODULES
        if layer_of(path) in {"measure", "decision"}
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef)
        for argument, default in (
            *zip(reversed(node.args.args), reversed(node.args.defaults), strict=False),
            *zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True),
        )
        if argument.arg in terms and default is not None
    ]
    assert found == []


def starts_programs(path: Path) -> bool:
    """Whether a module can start another program by itself."""
    source = path.read_text()
    return "subprocess" in set(imports(path)) or "os.exec" in source or "os.spawn" in source


def names_git_first(path: Path) -> bool:
    """Whether a module writes a command line that begins with git."""
    lines = (n for n in nodes(path) if isinstance(n, ast.List))
    firsts = (line.elts[0] for line in lines if line.elts)
    return any(isinstance(first, ast.Constant) and first.value == "git" for first in firsts)


def test_one_place_starts_git() -> None:
    """git is started by git/program.py, with its pins; nobody else writes its command line."""
    program = HOUSE / "git" / "program.py"
    assert [p for p in MODULES if layer_of(p) == "git" and starts_programs(p)] == [program]
    assert [p for p in MODULES if names_git_first(p)] == [program]


def test_one_place_reads_a_commit() -> None:
    """What a commit object says is taken out of its bytes by git/commit.py alone."""
    lines = (b"tree ", b"parent ", b"author ", b"committer ", b"^author", b"^committer")
    readers = {
        path
        for path in MODULES
        for node in nodes(path)
        if isinstance(node, ast.Constant) and isinstance(node.value, bytes)
        if node.value.startswith(lines)
    }
    assert readers == {HOUSE / "git" / "commit.py"}


def test_one_place_reads_a_reflog() -> None:
    """A line of a ref's log is taken apart by git/reflog.py alone; branch/move writes one."""
    splits = {
        str(path.relative_to(HOUSE))
        for path in MODULES
        for node in nodes(path)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr in {"partition", "split", "rpartition"}
        if any(isinstance(word, ast.Constant) and word.value == b"\t" for word in node.args)
    }
    trees = {"git/code/counting.py", "git/code/numstat.py"}  # what ls-tree and --numstat print
    assert splits == {"git/reflog.py"} | trees


def names_in(path: Path) -> Iterator[str]:
    """Every dotted name that a module imports, also `module.name` of `from module import name`."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names))


def verb_modules() -> set[str]:
    """The modules of cli/ that the table of verbs names, each imported when its verb runs."""
    from gitledger.cli.main import VERBS

    return {f"gitledger.cli.{module}" for module, *_ in VERBS.values()}


def test_every_module_has_a_caller_that_is_no_test() -> None:
    """Nothing is kept for tests alone: a module is imported, a verb's, or what a person starts."""
    started = set(re.findall(r"-m (gitledger[.\w]*)", (HOUSE.parent / "Makefile").read_text()))
    known = {"gitledger.__main__"} | started | verb_modules()
    known |= {name for path in HOUSE.rglob("*.py") for name in names_in(path)}
    own = {p: ".".join(p.relative_to(HOUSE.parent).with_suffix("").parts) for p in MODULES}
    assert [name for p, name in own.items() if p.stem != "__init__" and name not in known] == []


def words_in(tree: ast.AST) -> Iterator[str]:
    """Every word by which a function could be meant: names, attributes, and words of texts."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from re.findall(r"\w+", node.value)


def overriding(tree: ast.AST) -> set[str]:
    """The methods of classes with a base of another library, which may call them by their names."""
    own = {"NamedTuple", "Exception", "BaseException", "GitledgerError"}
    return {
        method.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and not {ast.unparse(base) for base in node.bases} <= own
        for method in node.body
        if isinstance(method, ast.FunctionDef)
    }


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    """Functions and methods that somebody has to name: those that click or Python call are not."""
    called = overriding(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("__"):
            taken = (ast.unparse(word) for word in node.decorator_list)
            known = {"property", "classmethod", "staticmethod", "cache"}
            if node.name not in called and all(word in known for word in taken):
                yield node


FOR_NOTEBOOKS = {"open", "compare_all"}  # docs/how-to/notebooks.md shows and runs them
COMING = {"automatic_values"}  # `catch-up` calls it


def test_every_function_has_a_caller_that_is_no_test() -> None:
    """Each function is named somewhere in the package beside its own body, or in the notebooks."""
    shown = (HOUSE.parent / "docs" / "how-to" / "notebooks.md").read_text()
    assert {name for name in FOR_NOTEBOOKS if f"{name}(" not in shown} == set()
    trees = {path: parsed(path) for path in HOUSE.rglob("*.py")}
    named = Counter(word for tree in trees.values() for word in words_in(tree))
    unused = [
        f"{path.relative_to(HOUSE)}:{node.name}"
        for path, tree in trees.items()
        for node in functions(tree)
        if node.name not in FOR_NOTEBOOKS | COMING
        if named[node.name] == sum(word == node.name for word in words_in(node))
    ]
    assert unused == []


def test_every_declared_dependency_is_imported() -> None:
    """A library that nothing imports is no dependency; tzdata is read by zoneinfo, as files."""
    project = tomllib.loads((HOUSE.parent / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"].values()
    lines = (*project["dependencies"], *(line for extra in extras for line in extra))
    named = {re.match(r"[\w.-]+", line)[0].lower() for line in lines}  # type: ignore[index]
    modules = {"ruamel.yaml": "ruamel", "genai-prices": "genai_prices"}
    modules["pyspark-client"] = "pyspark"
    taken = {name.partition(".")[0] for path in HOUSE.rglob("*.py") for name in imports(path)}
    assert {"click", "pandas"} <= named
    assert [n for n in sorted(named - {"tzdata"}) if modules.get(n, n) not in taken] == []
    owned = {modules.get(name, name) for name in named - {"tzdata"}}
    assert owned <= set(OWNERS), "a library without an owner"


# whoever tells of all the windows that are open, and chooses none of them
OPEN_TOLD = {"commands/status.py", "windows/audit/steps.py", "windows/due.py"}


def test_which_window_is_meant_is_chosen_in_one_place() -> None:
    """Only book/windows chooses among the windows that are open, ended or finished."""
    asked = {"open_windows", "awaiting_finalisation", "last_finalised"}
    found = {
        str(path.relative_to(HOUSE))
        for path in MODULES
        for name in names_in(path)
        if name.rpartition(".")[2] in asked
    }
    assert found == {"book/windows.py"} | OPEN_TOLD


# what is wrong is a `Problem`; what else has a sentence and a next step, and why it is none
BESIDE_PROBLEMS = {
    "Finding": "an audit's: of a window, with the rows it stands on, kept by cards as it is",
    "Refusal": "a GitledgerError as a value, on its way from one process to another",
    "CheckLine": "a check of the set-up that may as well have passed",
}


def test_a_problem_has_one_shape() -> None:
    """No other class says what is wrong and what to do next."""
    shapes = {
        node.name
        for path in HOUSE.rglob("*.py")
        for node in nodes(path)
        if isinstance(node, ast.ClassDef)
        for names in [{ast.unparse(n.target) for n in node.body if isinstance(n, ast.AnnAssign)}]
        if "what" in names and names & {"hint", "step", "next"}
    }
    assert shapes == {"Problem", *BESIDE_PROBLEMS}


SAYING = {"lines", "wrap_lines"}
MADE_OF_WORDS = re.compile(r"[a-z]{2}")


def worded(*parts: ast.AST) -> bool:
    """Whether one of some parts is a literal text with a word in it."""
    return any(
        isinstance(part, ast.Constant)
        and isinstance(part.value, str)
        and MADE_OF_WORDS.search(part.value) is not None
        for part in parts
    )


def makes_words(node: ast.AST) -> bool:
    """Whether one piece of code puts a text together: by f"", format, %, + or join."""
    match node:
        case ast.JoinedStr(values):
            return worded(*values)
        case ast.BinOp(left, ast.Mod()):
            return worded(left)
        case ast.BinOp(left, ast.Add(), right):
            return worded(left, right)
        case ast.Call(ast.Attribute(text, "format" | "format_map")):
            return worded(text)
        case ast.Call(ast.Attribute(between, "join"), [asked]):
            return worded(between, *ast.walk(asked))
    return False


def says(node: ast.AST) -> bool:
    """Whether there are words in it that were put together here, or a sentence as it is."""
    return any(makes_words(part) or (worded(part) and " " in part.value) for part in ast.walk(node))


def words_said(tree: ast.Module) -> Iterator[str]:
    """The functions of a module that make words for `lines`, `wrap_lines` or a result's notes.

    By an argument, by a name that is filled beside the call, as a function that it calls, or as
    one within it that a result draws its text by.
    """
    defined = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    for name, function in defined.items():
        calls = [
            node
            for node in ast.walk(function)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        ]
        asked = [word for call in calls if call.func.id in SAYING for word in call.args]
        results = [call for call in calls if call.func.id == "Result"]
        drawn = {part.id for call in results for part in call.args if isinstance(part, ast.Name)}
        within = [node for node in ast.walk(function) if isinstance(node, ast.FunctionDef)]
        for node in (inner for own in within if own.name in drawn for inner in ast.walk(own)):
            if isinstance(node, ast.Return) and node.value and says(node.value):
                yield name
        asked += [word.value for call in results for word in call.keywords if word.arg == "notes"]
        given = [part for word in asked for part in ast.walk(word)]
        meant = {part.id for part in given if isinstance(part, ast.Name)}
        if any(says(part) for part in given):
            yield name
        yield from (helper for helper in meant & set(defined) if says(defined[helper]))
        for node in ast.walk(function) if meant else ():
            if isinstance(node, ast.Assign | ast.AugAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                bound = {
                    part.id for t in targets for part in ast.walk(t) if isinstance(part, ast.Name)
                }
                if bound & meant and says(node.value):
                    yield name
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = node.func.value
                if isinstance(owner, ast.Name) and owner.id in meant and any(map(says, node.args)):
                    yield name


# who makes words outside of report/, and why
WORDS_OUTSIDE = {
    "commands/init.py": "each step of a set-up says what it did while the next one may refuse",
    "commands/review.py": "a job's log wraps the review in commands of the runner, by a secret",
    "commands/version.py": "one line of the program's own name, loaded by nothing else",
}
SHELL = {"commands", "book", "capture", "setup", "share", "fleet"}


def test_words_for_people_are_made_in_report() -> None:
    """A verb says what report/ made of its payload, and puts no sentence together itself."""
    found = {
        str(path.relative_to(HOUSE))
        for path in MODULES
        if layer_of(path) in SHELL and any(words_said(ast.parse(path.read_text())))
    }
    assert found == set(WORDS_OUTSIDE)


def test_the_look_for_words_finds_them() -> None:
    """Said at once, by a name, by a function beside it: each is found; a payload's text is none."""
    makers = (
        "def verb(n):\n    return lines(f'done {n}')",
        "def verb(n):\n    told = [f'done {n}']\n    return lines(*told)",
        "def verb(n):\n    told.append(f'done {n}')\n    return lines(*told)",
        "def _text(n):\n    return [f'done {n}']\ndef verb(n):\n    return lines(*_text(n))",
        "def verb(n):\n    return lines('done {}'.format(n))",
        "def verb(n):\n    return lines('done %s' % n)",
        "def verb(n):\n    return lines('done ' + n)",
        "def verb(n):\n    return lines(' '.join(('done', n)))",
        "def verb():\n    return lines('nothing to do')",
        "def verb(n):\n    return Result('s', {}, lines(), notes=[f'done {n}'])",
        "def verb(n):\n    def it(_):\n        return f'done {n}'\n    return Result('s', {}, it)",
    )
    assert [any(words_said(ast.parse(text))) for text in makers] == [True] * len(makers)
    others = (
        "lines(*done_lines(n))",
        "lines('-'.join(n))",
        "lines('%d' % n['count'])",
        "lines(TOLD)",
    )
    assert not [text for text in others if any(words_said(ast.parse(f"def verb(n):\n    {text}")))]


def needed(path: Path) -> set[str]:
    """Every dotted name that a module asks for, a module of a package included."""
    asked = (node for node in nodes(path) if isinstance(node, ast.ImportFrom))
    return {f"{node.module}{end}" for node in asked for end in ("", *_ends(node))}


def _ends(node: ast.ImportFrom) -> Iterator[str]:
    return (f".{alias.name}" for alias in node.names)


def test_no_two_modules_import_each_other() -> None:
    """Neither at their tops nor inside functions, nor by way of others."""
    stems = {".".join(p.relative_to(HOUSE.parent).with_suffix("").parts): p for p in MODULES}
    left = {name: needed(path) & {*stems} - {name} for name, path in stems.items()}
    while ends := {name for name, needs in left.items() if not needs}:
        left = {name: needs - ends for name, needs in left.items() if name not in ends}
    assert left == {}


# participles that end otherwise than in -ed
ODD_PARTICIPLES = {
    *("held", "kept", "told", "shown", "seen", "said", "given", "found", "made", "taken", "left"),
    *("gone", "known", "put", "cut", "drawn", "written", "met", "sent", "lost", "built", "bought"),
    *("caught", "chosen", "hidden", "spent", "begun", "meant", "brought", "thought"),
}
# names of the field all the same: verbs as they are typed or called
VERBS_OR_NOUNS = {"feed", "windowed"}  # `windowed`: outcomes by window, a public path


def is_participle(name: str) -> bool:
    """Whether a name is one participle alone: it says that something was done, not what it is."""
    ends = name.endswith("ed") and len(name) > 3
    return "_" not in name and (ends or name in ODD_PARTICIPLES) and name not in VERBS_OR_NOUNS


def test_no_name_is_a_participle_alone() -> None:
    """Functions and modules say what they give or do; only a yes or no may be `moved`."""
    modules = [str(p.relative_to(HOUSE)) for p in MODULES if is_participle(p.stem)]
    named = [
        f"{path.relative_to(HOUSE)}:{node.name}"
        for path in MODULES
        for node in parsed(path).body
        if isinstance(node, ast.FunctionDef) and is_participle(node.name)
        if not (isinstance(node.returns, ast.Name) and node.returns.id == "bool")
    ]
    assert modules + named == []
