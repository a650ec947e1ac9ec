"""What `doctor` says of a repository's objects: how many lie about, and whether packs are small."""

from collections.abc import Iterator

from gitledger.errors import GitFailed
from gitledger.git.branch import deltas, health
from gitledger.git.repository import Repository, setting
from gitledger.report.figures import count_text
from gitledger.setup.check_line import CheckLine

MANY_LOOSE = 20_000  # git's own gc begins at 6,700 (gc.auto) and 50 packs (gc.autoPackLimit)
MANY_PACKS = 50
MIB = 1 << 20
REPACK = "git repack -adf, or gitledger doctor --fix: minutes for a large repository"


def objects_checkup(repository: Repository, *, fix: bool) -> Iterator[CheckLine]:
    """A line for loose objects and packs, for packs without deltas, for a `gc` that takes all."""
    seen = health.loose_objects(repository)
    what = f"about {count_text(seen.objects, 'loose object')}, {count_text(seen.packs, 'pack')}"
    if seen.objects > MANY_LOOSE or seen.packs > MANY_PACKS:
        yield CheckLine("warn", "objects", what, "git maintenance start, or once: git gc")
    else:
        yield CheckLine("ok", "objects", what)
    yield from _packs(repository, fix=fix)
    expire = (setting(repository, "gc.pruneExpire") or "").strip().lower()
    if expire in {"now", "all"}:
        what = f"gc.pruneExpire is {expire}: a `git gc` may take objects while a row is written"
        yield CheckLine("warn", "gc", what, "git config --unset gc.pruneExpire")


def _packs(repository: Repository, *, fix: bool) -> Iterator[CheckLine]:
    """Packs that were written whole: git never looks for deltas in them again by itself."""
    large = deltas.whole_packs(repository)
    if not large:
        return
    what = f"{count_text(len(large), 'pack')} of {sum(large) // MIB} MiB without deltas"
    if not fix:
        yield CheckLine("warn", "packs", f"{what}: no `git gc` makes them smaller", REPACK)
        return
    try:
        deltas.repack_whole(repository)
    except GitFailed as error:
        yield CheckLine("fail", "packs", error.what, error.hint)
    else:
        yield CheckLine("ok", "packs", f"{what}: packed anew", mended=True)
