"""A JUnit file as what its tests say: how many passed, failed, were skipped.

The file comes from anywhere, so it is read by a parser that knows no entities and no documents
outside: one that declares a type is refused before anything in it is expanded.
"""

from dataclasses import dataclass
from xml.parsers.expat import ExpatError, ParserCreate

from gitledger.errors import UnreadableInput, with_noun

TOO_LONG = 16 * 1024 * 1024  # bytes
DEEPEST = 200  # elements within each other
FAILED = frozenset({"failure", "error"})
SKIPPED = "skipped"
USUAL = "junit"


@dataclass(slots=True)
class Tests:
    """The tests of a file, counted while it is read."""

    total: int = 0
    failed: int = 0
    skipped: int = 0
    runner: str = ""
    depth: int = 0
    inside: str = ""

    @property
    def result(self) -> str:
        """Fail when a test failed, pass when one passed; partial when all were skipped."""
        if self.failed:
            return "fail"
        return "pass" if self.total > self.skipped else "partial"

    @property
    def words(self) -> str:
        """The counts in words."""
        told = [with_noun(self.total, "test"), f"{self.failed} failed", f"{self.skipped} skipped"]
        return ", ".join(told)


def read_junit(data: bytes, name: str) -> Tests:
    """The tests of a JUnit file. Raises UnreadableInput where it is none, or no test is in it."""
    if len(data) > TOO_LONG:
        raise UnreadableInput(f"{name} is larger than {TOO_LONG} bytes", "give the file of one run")
    found = Tests()
    parser = ParserCreate()
    parser.StartElementHandler = lambda tag, given: _begin(found, tag, given, name)
    parser.EndElementHandler = lambda tag: _end(found, tag)
    parser.StartDoctypeDeclHandler = lambda *_: _refuse(name, "declares a document type")
    parser.EntityDeclHandler = lambda *_: _refuse(name, "declares entities")
    try:
        parser.Parse(data, True)  # noqa: FBT003 - the whole file
    except ExpatError as error:
        raise UnreadableInput(f"{name}: not XML ({error})", "pytest --junit-xml FILE") from None
    if not found.total:
        raise UnreadableInput(f"{name} holds no test", "pytest --junit-xml FILE makes one")
    return found


def _begin(found: Tests, tag: str, given: dict[str, str], name: str) -> None:
    found.depth += 1
    if found.depth > DEEPEST:
        _refuse(name, "nests too deep")
    plain = tag.rpartition(":")[2]
    if plain in {"testsuite", "testsuites"} and not found.runner:
        found.runner = given.get("name", "")[:64].strip()
    if plain == "testcase":
        found.total += 1
        found.inside = "case"
    elif found.inside == "case" and plain in {*FAILED, SKIPPED}:
        found.failed += plain in FAILED
        found.skipped += plain == SKIPPED
        found.inside = "judged"  # a test counts once, whatever else is said of it


def _end(found: Tests, tag: str) -> None:
    found.depth -= 1
    if tag.rpartition(":")[2] == "testcase":
        found.inside = ""


def _refuse(name: str, what: str) -> None:
    raise UnreadableInput(f"{name} {what}: it is not read", "give the file as the tests wrote it")
