"""One run over a lake: what stands there, what was seen of each ledger, what became of it."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from gitledger.book.world import TOOL, World
from gitledger.fleet.columns import SCHEMA
from gitledger.fleet.lake import Lake, is_made_from
from gitledger.fleet.pseudonym import hiding, plainly
from gitledger.fleet.source import Source
from gitledger.fleet.table_answers import kept_path
from gitledger.fleet.take import Harvest, Job, Refusal, take
from gitledger.git.files import put_in_place
from gitledger.git.mirror import Sighting, contains, lent
from gitledger.git.repository import Repository
from gitledger.ledger.values import recording_time

SECONDS = 120.0  # for one fetch


@dataclass(frozen=True, slots=True)
class Request:
    """What to collect, and how: `jobs` at once, `seconds` for each fetch, `whole` proven anew."""

    sources: tuple[Source, ...]
    lake: Lake
    cache: Path
    jobs: int = 1
    seconds: float = SECONDS
    whole: bool = False
    key: Path | None = None


@dataclass(slots=True)
class Collected:
    """What became of every source. `notes` are what else a person should know."""

    taken: list[Mapping[str, Any]] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: list[Mapping[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Collection:
    """One run over a lake; guards that a root is written once, from all that were seen of it."""

    world: World
    request: Request
    key: bytes | None
    done: Collected = field(default_factory=Collected)
    entries: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    roots: dict[str, str] = field(default_factory=dict)
    seen: dict[str, list[tuple[Source, Sighting]]] = field(default_factory=dict)

    def hide(self, kind: str, text: str) -> str:
        """A name as the lake holds it."""
        return (plainly if self.key is None else hiding(self.key))(kind, text)

    def key_of(self, source: Source) -> str:
        """How a source is known again."""
        return self.hide("url", source.url)

    def mirror(self, source: Source) -> Path:
        """Where our own repository for a source lies."""
        return self.request.cache / f"{sha256(source.address.encode()).hexdigest()[:24]}.git"

    def fail(self, source: Source, refusal: Refusal) -> None:
        """Name a failure, for the answer and in the lake."""
        told = {
            "name": source.name,
            "url": source.url,
            "reason": refusal.what,
            "next": refusal.hint,
        }
        self.done.failed.append(told)
        kept = (
            told
            if self.key is None
            else {
                "name": self.hide("name", source.name),
                "url": self.key_of(source),
                "reason": refusal.kind,
            }
        )
        self.request.lake.put(self._failed(source), kept)

    def _failed(self, source: Source) -> Path:
        name = sha256(self.key_of(source).encode()).hexdigest()[:24]
        return self.request.lake.failed_path(name)

    def forgive(self, source: Source) -> None:
        """A source that is taken, or stands as it was, failed no more."""
        self._failed(source).unlink(missing_ok=True)

    def load(self) -> None:
        """What the lake knows: entries, and the root of each address."""
        self.entries = self.request.lake.entries()
        self.roots = {
            key: root for root, entry in self.entries.items() for key in entry.get("sources", {})
        }

    def stands(self, source: Source, tip: str) -> bool:
        """Whether the lake holds this very tip of a source."""
        root = self.roots.get(self.key_of(source), "")
        entry = self.entries.get(root, {})
        same = entry.get("sources", {}).get(self.key_of(source)) == self.hide("tip", tip)
        table = self.request.lake.table(root)
        return bool(root) and same and is_made_from(table, str(entry.get("tip", "")))

    def job(self, source: Source, seen: Sequence[Sighting], number: int, root: str = "") -> Job:
        """What a process is given. What stands in a lake under pseudonyms is proven whole."""
        entry = self.entries.get(self.roots.get(self.key_of(source), ""), {})
        known = self.key is None and not self.request.whole
        before = str(entry.get("sources", {}).get(self.key_of(source), "")) if known else ""
        return Job(
            source.name,
            source.team,
            source.step,
            tuple(seen),
            self.mirror(source).with_suffix(".lent" if len(seen) == 1 else ".joined"),
            self.request.lake.tables / f".{os.getpid()}.{number}",
            dict(self.world.environment),
            before,
            root or (str(entry.get("root", "")) if self.key is None else ""),
            self.key,
        )

    def settle(self, source: Source, seen: Sighting, job: Job, taken: Harvest) -> None:
        """Move what was written into place: alone, in place of what it holds, or joined with it."""
        others = self.seen.setdefault(self.hide("root", taken.root), [])
        mirror = lent(job.mirror, job.seen, job.environment)
        rest = [(s, o) for s, o in others if not contains(mirror, seen.tip, o.tip)]
        for other, ahead in rest:
            theirs = self.mirror(other).with_suffix(".lent")
            if contains(lent(theirs, [ahead], job.environment), ahead.tip, seen.tip):
                self.done.notes.append(f"{source.name}: {other.name} has all of it and more")
                others.append((source, seen))
                job.scratch.unlink(missing_ok=True)
                root = self.hide("root", taken.root)
                self.enter(root, self.entries[root])
                return
        if not rest and not self._holds_lake(mirror, seen, source, taken):
            return
        others.append((source, seen))
        if rest:
            names = ", ".join(other.name for other, _ in rest)
            self.done.notes.append(
                f"{source.name} and {names} have diverged: their rows are joined"
            )
            sightings = [seen, *(one for _, one in rest)]
            job = self.job(source, sightings, 0, taken.root)
            taken = take(job)
        self._place(source, job, taken)

    def _holds_lake(
        self, mirror: Repository, seen: Sighting, source: Source, taken: Harvest
    ) -> bool:
        """Whether the tips that the lake has of this root are in the new one's history."""
        entry = self.entries.get(self.hide("root", taken.root), {})
        if self.key is not None or self.key_of(source) in entry.get("sources", {}):
            return True
        tips = [tip for tip in str(entry.get("tip", "")).split("+") if tip]
        if all(contains(mirror, seen.tip, bytes.fromhex(tip)) for tip in tips):
            return True
        what = f"the lake has rows of this ledger that this clone lacks ({entry.get('name')})"
        hint = "collect both addresses in one run: their rows are joined"
        self.fail(source, Refusal("OtherClone", what, hint))
        return False

    def _place(self, source: Source, job: Job, taken: Harvest) -> None:
        root = self.hide("root", taken.root)
        table = self.request.lake.table(root)
        kept_path(table).unlink(missing_ok=True)  # what an older table answered
        put_in_place(job.scratch, table)
        facts = asdict(taken)
        told = {name: facts[name] for name in ("rows", "usable", "excluded", "statistics")}
        entry = {
            "schema": SCHEMA,
            "root": root,
            "name": self.hide("name", source.name),
            "url": self.key_of(source),
            "team": source.team,
            "tip": self.hide("tip", taken.tip),
            "tool": TOOL,
            "collected_at": recording_time(self.world.now),
            "findings": 0,
        }
        self.enter(root, entry | told)
        self.done.taken.append({"name": source.name, "root": root, "rows": taken.rows})

    def enter(self, root: str, entry: Mapping[str, Any]) -> None:
        """Write what is known of a root, with all addresses that were seen of it."""
        sources = dict(self.entries.get(root, {}).get("sources", {}))
        for other, seen in self.seen[root]:
            sources[self.key_of(other)] = self.hide("tip", seen.tip.hex())
            self.forgive(other)
        self.entries[root] = {**entry, "sources": sources}
        self.request.lake.put(self.request.lake.entry_path(root), self.entries[root])
