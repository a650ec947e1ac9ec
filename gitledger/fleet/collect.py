"""Many ledgers into one lake: what changed is taken, what did not is passed over, failures named.

Which repositories changed is asked first (a folder's ref is read, an address is fetched into a
repository of our own); then each that did is proven, folded and written in a process of its own.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path

from gitledger.book.world import World
from gitledger.errors import GitledgerError, UsageError
from gitledger.fleet.columns import SCHEMA
from gitledger.fleet.lake import Lake, refuse_other_schema
from gitledger.fleet.pseudonym import key_of, mark_of
from gitledger.fleet.run import Collected, Collection, Request
from gitledger.fleet.source import Source
from gitledger.fleet.table_answers import keep_what_lacks
from gitledger.fleet.take import Harvest, Job, Refusal, try_job
from gitledger.git.mirror import Sighting, fetch_mirror, sight_ledger
from gitledger.git.repository import DEFAULT_BRANCH

ABOUT = "lake.json"
KILLED = "its process was ended, by lack of memory or by somebody"
Answer = Harvest | Refusal


def collect(world: World, request: Request) -> Collected:
    """Bring a lake up to date with its sources. Raises LedgerLocked, UsageError, WriteFailed."""
    lake = request.lake
    refuse_other_schema([p.name for p in lake.tables.parent.glob("v*")], str(lake.folder))
    key = None if request.key is None else key_of(request.key, lake.folder)
    run = Collection(world, request, key)
    with lake.collecting():
        same_key(lake, key)
        run.load()
        changed = list(looked_at(run))
        for number, (source, seen, job, answer) in enumerate(answers(run, changed)):
            if isinstance(answer, Refusal):
                run.fail(source, answer)
            else:
                settle_source(run, source, seen, job=job, taken=answer)
            world.progress(number + 1, len(changed))
        keep_what_lacks(lake.tables)
    return run.done


def settle_source(
    run: Collection, source: Source, seen: Sighting, *, job: Job, taken: Harvest
) -> None:
    """Put what was taken into its place; a refusal is this source's failure and nobody else's."""
    try:
        run.settle(source, seen, job, taken)
    except GitledgerError as error:
        run.fail(source, refusal_of(error))


def refusal_of(error: GitledgerError) -> Refusal:
    """A refusal as a value."""
    return Refusal(type(error).__name__, error.what, error.hint)


def same_key(lake: Lake, key: bytes | None) -> None:
    """Raise UsageError where a lake was begun with other pseudonyms."""
    path, mark = lake.folder / ABOUT, mark_of(key)
    about = {"schema": SCHEMA, "names": mark}
    known = lake.read(path)
    if known and known.get("names") != mark:
        what = f"{lake.folder} was collected with names {known.get('names')}"
        raise UsageError(what, "give the same --pseudonyms as then, or begin another lake")
    if not known:
        lake.put(path, about)


def looked_at(run: Collection) -> Iterator[tuple[Source, Sighting]]:
    """The sources whose tip is not the lake's, in their order; the others are told or fail."""
    with ThreadPoolExecutor(max(run.request.jobs, 1)) as pool:
        asked = [
            (s, None if s.folder or s.problem else pool.submit(sight, run, s))
            for s in run.request.sources
        ]
        for source, fetching in asked:
            try:
                seen = sight(run, source) if fetching is None else fetching.result()
            except GitledgerError as error:
                run.fail(source, refusal_of(error))
                continue
            if not run.request.whole and run.stands(source, seen.tip.hex()):
                run.done.unchanged.append(source.name)
                run.forgive(source)
                root = str(run.entries[run.roots[run.key_of(source)]]["root"])
                run.seen.setdefault(root, []).append((source, seen))
            else:
                yield source, seen


def sight(run: Collection, source: Source) -> Sighting:
    """Where a source stands now. Raises GitledgerError."""
    if source.problem:
        raise UsageError(source.problem, "correct the list")
    told, branch = run.world.environment, run.world.branch
    mirror = run.mirror(source)
    if source.folder:
        if not Path(source.address).is_dir():
            raise UsageError(f"{source.address}: no such folder", "correct the list")
        return sight_ledger(Path(source.address), told, branch, mirror / "seen")
    seconds = run.request.seconds
    return fetch_mirror(mirror, source.address, branch or DEFAULT_BRANCH, told, seconds=seconds)


def answers(
    run: Collection, changed: Sequence[tuple[Source, Sighting]]
) -> Iterator[tuple[Source, Sighting, Job, Answer]]:
    """What became of each changed source, as processes end."""
    jobs = [(s, o, run.job(s, [o], n)) for n, (s, o) in enumerate(changed, 1)]
    if run.request.jobs <= 1 or len(jobs) < 2:
        for source, seen, job in jobs:
            yield source, seen, job, try_job(job)
        return
    many = min(run.request.jobs, len(jobs))
    with ProcessPoolExecutor(many, mp_context=get_context("forkserver")) as pool:
        waiting: dict[Future[Answer], tuple[Source, Sighting, Job]] = {
            pool.submit(try_job, job): (source, seen, job) for source, seen, job in jobs
        }
        for ended in as_completed(waiting):
            try:
                answer = ended.result()
            except BrokenProcessPool:
                answer = Refusal("Killed", KILLED, "collect again with fewer --jobs")
            yield *waiting[ended], answer
