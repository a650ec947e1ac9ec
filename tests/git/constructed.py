"""Constructed histories, each small enough to count by hand.

Every one begins at commit `A`, has its range end at `B` and is followed to its last commit.
"""

# ruff: noqa: D103 -- the table at the end says in words what each function builds

from collections.abc import Callable

from histories import History, numbered, text

TEN = numbered(10)
Build = Callable[[], History]


def begun(**files: bytes) -> History:
    """A history with its commit `A`."""
    history = History()
    history.commit("A", 0, {"other": text("here before"), **files})
    return history


def later(first: dict, *rest: tuple[float, dict], **options) -> History:
    """A linear history: `first` in the range on day 1, the rest after it."""
    history = begun()
    history.commit("B", 1, first, **options)
    for number, (day, files) in enumerate(rest):
        history.commit(f"C{number}", day, files, **options)
    return history


def changed(*numbers: int, count: int = 10) -> bytes:
    """Numbered lines, some of them rewritten."""
    return text(*(f"new {n}" if n in numbers else f"line {n}" for n in range(count)))


def without(*numbers: int, count: int = 10) -> bytes:
    """Numbered lines, some of them left out."""
    return text(*(f"line {n}" for n in range(count) if n not in numbers))


def rewritten() -> History:
    return later({"f": TEN}, (3, {"f": changed(1, 2, 5, 9)}))


def deleted_lines() -> History:
    return later({"f": TEN}, (3, {"f": without(0, 4, 5)}))


def deleted_file() -> History:
    return later({"f": TEN}, (3, {"f": None}))


def shifted() -> History:
    above = text("above", "and above")
    return later({"f": TEN}, (2, {"f": above + TEN}), (3, {"f": above + changed(4)}))


def renamed_then_changed() -> History:
    return later({"f": TEN}, (2, {"f": None, "g": TEN}), (3, {"g": changed(4)}))


def renamed_with_edit() -> History:
    return later({"f": TEN}, (2, {"f": None, "g": changed(4)}))


def merged_branch() -> History:
    history = begun()
    history.commit("B", 1, {"f": TEN})
    history.commit("M1", 1, {"other": text("moved on")}, parents=["A"])
    history.commit("M2", 2, {"f": TEN}, parents=["M1", "B"])
    history.commit("C", 3, {"f": changed(1, 2, 3)})
    return history


def early_death_late_merge() -> History:
    """The range's last commit comes five days after its lines, so the merge is still followed."""
    history = begun()
    history.commit("B0", 1, {"f": TEN})
    history.commit("B", 6, {"note": text()})
    history.commit("S", 7, {"f": without(1, 2, 3, 4)}, parents=["B"])
    history.commit("M1", 8, {"other": text("moved on")}, parents=["B"])
    history.commit("M2", 17, {"f": without(1, 2, 3, 4)}, parents=["M1", "S"])
    return history


def merge_ours() -> History:
    history = begun()
    history.commit("B", 1, {"f": numbered(11)})
    history.commit("M1", 1, {"other": text("moved on")}, parents=["A"])
    history.commit("M2", 2, {}, parents=["M1", "B"])
    return history


def kept_by_merge() -> History:
    history = begun()
    history.commit("B", 1, {"f": TEN})
    history.commit("S", 2, {"f": without(1, 2, 3)}, parents=["B"])
    history.commit("M1", 2, {"other": text("moved on")}, parents=["B"])
    history.commit("M2", 3, {}, parents=["M1", "S"])
    return history


def conflict_merge() -> History:
    history = begun()
    history.commit("B", 1, {"f": TEN})
    history.commit("S", 2, {"g": text("side")}, parents=["B"])
    history.commit("M1", 2, {"other": text("moved on")}, parents=["B"])
    history.commit("M2", 3, {"g": text("side"), "f": changed(4, 5)}, parents=["M1", "S"])
    return history


def reverted() -> History:
    return later({"f": numbered(11)}, (2, {"f": None}))


def reverted_and_reapplied() -> History:
    return later({"f": TEN}, (2, {"f": None}), (3, {"f": TEN}))


def work_in_progress() -> History:
    history = begun()
    history.commit("B0", 1, {"f": TEN})
    history.commit("B", 2, {"f": changed(0, 1, 2, 3, 4)})
    return history


def squashed() -> History:
    return later({"f": changed(0, 1, 2, 3, 4)})


def reindented() -> History:
    return later({"f": TEN}, (2, {"f": TEN.replace(b"line", b"    line")}))


def moved_within() -> History:
    lines = NUMBERED[10:] + NUMBERED[:10]
    return later({"f": text(*NUMBERED)}, (2, {"f": text(*lines)}))


def moved_to_file() -> History:
    here, there = NUMBERED[:18], NUMBERED[18:]
    return later({"f": text(*NUMBERED)}, (2, {"f": text(*here), "g": text(*there)}))


NUMBERED = [f"line {n}" for n in range(30)]


def picked_twice() -> History:
    history = begun()
    history.commit("B", 1, {"f": TEN})
    history.commit("M1", 1, {"f": TEN}, parents=["A"])
    history.commit("M2", 2, {"f": without(1, 2, 3)})
    history.commit("M3", 3, {"f": TEN}, parents=["M2", "B"])
    return history


def brought_twice() -> History:
    """Both branches bring the same ten lines; the merge has them once, later three go."""
    history = begun()
    history.commit("B0", 1, {"f": TEN})
    history.commit("M1", 2, {"f": TEN}, parents=["A"])
    history.commit("B", 3, {"f": TEN}, parents=["M1", "B0"])
    history.commit("C", 4, {"f": without(1, 2, 3)})
    return history


def brought_back() -> History:
    """A branch takes lines of the start out and in again; on the other side they stayed."""
    history = History()
    history.commit("A", 0, {"f": TEN})
    history.commit("S0", 1, {"f": without(1, 2, 3)})
    history.commit("S", 2, {"f": TEN + text("new")})
    history.commit("M1", 2, {"f": text("above") + TEN}, parents=["A"])
    history.commit("B", 3, {"f": text("above") + TEN + text("new")}, parents=["M1", "S"])
    return history


def line_ends() -> History:
    return later({"f": TEN}, (2, {"f": TEN.replace(b"\n", b"\r\n")}))


def last_line() -> History:
    return later({"f": b"one\ntwo\nthree"}, (2, {"f": b"one\ntwo\nthree\n"}))


def becomes_binary() -> History:
    return later({"f": numbered(5)}, (2, {"f": b"\0\1\2"}))


def link_becomes_file() -> History:
    """The range's commit makes a file of a link; then the file is a link again."""
    history = History()
    history.commit("A", 0, {"f": b"target"}, modes={"f": "120000"})
    history.commit("B", 1, {"f": numbered(5)})
    history.commit("C", 2, {"f": b"target"}, modes={"f": "120000"})
    return history


def file_becomes_link() -> History:
    history = later({"f": numbered(5)})
    history.commit("C", 2, {"f": b"target"}, modes={"f": "120000"})
    return history


def mode_only() -> History:
    history = later({"f": numbered(5)})
    history.commit("C", 2, {"f": numbered(5)}, modes={"f": "100755"})
    return history


def binary_added() -> History:
    return later({"f": numbered(5), "b": b"\0\1"}, (2, {"b": b"\0\2"}))


def strange_names() -> History:
    first, second = b'q"uo\tted\n\xff\xfe', "ünï\ncode"
    return later(
        {first: numbered(5), second: numbered(5, word="word")},
        (2, {first: text("line 0", "line 1", "new", "line 3", "line 4")}),
    )


def looks_like_a_diff() -> History:
    lines = ["@@ -1 +1 @@", "diff --git a/f b/f", "--- a/f", "+++ b/f", "plain", "-@@ -2 +2 @@"]
    return later({"f": text(*lines)}, (2, {"f": text("plain", "-@@ -2 +2 @@")}))


def lone_return() -> History:
    return later({"f": b"one\rstill one\ntwo\nthree\n"}, (2, {"f": b"one\ntwo\n3\n"}))


def restored() -> History:
    return later({"f": TEN}, (2, {"f": None}), (5, {"other": text("x")}), (9, {"f": TEN}))


def clock_backwards() -> History:
    return later({"f": TEN}, (0.5, {"f": without(0, 1, 2, 3, 4)}))


def around_fourteen_days() -> History:
    return later(
        {"f": TEN},
        (1 + 13.9, {"f": without(0)}),
        (1 + 14, {"f": without(0, 1)}),
        (1 + 14.1, {"f": without(0, 1, 2)}),
    )


def duplicates() -> History:
    return later({"f": text("same", "same", "same", "same")}, (2, {"f": text("same", "same")}))


def swapped() -> History:
    one, other = TEN, numbered(10, word="word")
    return later({"f": one, "g": other}, (2, {"f": other, "g": one}))


def renamed_and_refilled() -> History:
    return later({"f": TEN}, (2, {"f": numbered(10, word="word"), "g": TEN}))


CASES: dict[str, tuple[Build, tuple[int, int], tuple[int, int]]] = {
    "ten lines, four rewritten": (rewritten, (10, 4), (10, 4)),
    "ten lines, three deleted": (deleted_lines, (10, 3), (10, 3)),
    "file deleted": (deleted_file, (10, 10), (10, 10)),
    "shifted by an insertion above, one rewritten": (shifted, (10, 1), (10, 1)),
    "pure rename, then one changed": (renamed_then_changed, (10, 1), (10, 1)),
    "rename with an edit": (renamed_with_edit, (10, 1), (10, 1)),
    "branch merged, then three rewritten": (merged_branch, (10, 3), (0, 0)),
    "early death on a side branch, merged late": (early_death_late_merge, (10, 4), (10, 0)),
    "merge ours discards the branch": (merge_ours, (11, 11), (0, 0)),
    "side branch deletes, merge keeps": (kept_by_merge, (10, 0), (10, 0)),
    "conflict merge rewrites two": (conflict_merge, (10, 2), (10, 2)),
    "revert": (reverted, (11, 11), (11, 11)),
    "revert and re-apply": (reverted_and_reapplied, (10, 10), (10, 10)),
    "work in progress": (work_in_progress, (15, 5), (15, 5)),
    "the same squashed": (squashed, (10, 0), (10, 0)),
    "re-indentation": (reindented, (10, 10), (10, 10)),
    "moved within the file": (moved_within, (30, 10), (30, 10)),
    "moved to a new file": (moved_to_file, (30, 12), (30, 12)),
    "cherry-picked onto both sides, one deletes": (picked_twice, (10, 0), (0, 0)),
    "brought by two branches": (brought_twice, (10, 3), (10, 3)),
    "taken out and in beside the start's": (brought_back, (2, 0), (2, 0)),
    "line ends converted": (line_ends, (10, 10), (10, 10)),
    "last line without newline touched": (last_line, (3, 1), (3, 1)),
    "file becomes binary": (becomes_binary, (5, 5), (5, 5)),
    "link becomes a file and a link again": (link_becomes_file, (5, 5), (5, 5)),
    "file becomes a link": (file_becomes_link, (5, 5), (5, 5)),
    "mode change only": (mode_only, (5, 0), (5, 0)),
    "binary added": (binary_added, (5, 0), (5, 0)),
    "names with quotes, tabs, newlines, bytes": (strange_names, (10, 1), (10, 1)),
    "content that looks like a diff": (looks_like_a_diff, (6, 4), (6, 4)),
    "a lone carriage return": (lone_return, (3, 2), (3, 2)),
    "deleted, then restored": (restored, (10, 10), (10, 10)),
    "committer clock going backwards": (clock_backwards, (10, 5), (10, 5)),
    "deaths around day 14": (around_fourteen_days, (10, 2), (10, 2)),
    "equal lines duplicated, two removed": (duplicates, (4, 2), (4, 2)),
    "two files swap names": (swapped, (20, 20), (20, 20)),
    "rename with a new file at the old path": (renamed_and_refilled, (10, 10), (10, 10)),
}
