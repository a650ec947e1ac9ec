"""`fleet collect`: the ledgers of many repositories, as one table that is kept up to date."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from gitledger.book.world import World
from gitledger.commands.result import Result, Screen
from gitledger.errors import EXIT_CANNOT, EXIT_NO, EXIT_YES, UsageError
from gitledger.fleet.collect import collect
from gitledger.fleet.lake import Lake
from gitledger.fleet.run import Collected, Request
from gitledger.fleet.source import named_sources

CACHE = "gitledger/fleet"


class Options(NamedTuple):
    """How to collect; empty is the usual."""

    out: str
    jobs: int = 0
    cache: str = ""
    seconds: float = 120.0
    verify: bool = False
    pseudonyms: str = ""


def fleet_collect(world: World, words: Sequence[str], options: Options) -> Result:
    """Collect into a lake. Exit 0 all, 1 some failed, 3 none was there to read."""
    if "://" in options.out:
        hint = "collect into a folder, then copy it: aws s3 sync LAKE s3://BUCKET/LAKE"
        raise UsageError("a lake is collected into a folder of this machine", hint)
    request = Request(
        sources=named_sources(world, words),
        lake=Lake(world.directory / Path(options.out).expanduser()),
        cache=cache_of(world, options.cache),
        jobs=options.jobs or os.cpu_count() or 1,
        seconds=options.seconds,
        whole=options.verify,
        key=world.directory / Path(options.pseudonyms).expanduser() if options.pseudonyms else None,
    )
    done = collect(world, request)
    payload = payload_of(request, done)

    def text(_screen: Screen) -> str:
        from gitledger.report.fleet_text import collected_text  # noqa: PLC0415 - for a person only

        return collected_text(payload)

    there = len(done.taken) + len(done.unchanged) + len(done.notes)
    code = EXIT_YES if not done.failed else EXIT_NO if there else EXIT_CANNOT
    return Result("gitledger.fleet.collect/1", payload, text, exit_code=code)


def payload_of(request: Request, done: Collected) -> dict[str, Any]:
    """JSON form."""
    return {
        "lake": str(request.lake.folder),
        "repositories": len(request.sources),
        "collected": sorted(done.taken, key=lambda one: (str(one["name"]), str(one["root"]))),
        "unchanged": len(done.unchanged),
        "failed": sorted(done.failed, key=lambda one: (one["name"], one["url"])),
        "notes": sorted(done.notes),
    }


def cache_of(world: World, given: str) -> Path:
    """Where our own repositories are kept: `--cache`, else the user's folder for caches."""
    if given:
        return world.directory / Path(given).expanduser()
    home = Path(world.environment.get("HOME") or "~").expanduser()
    return Path(world.environment.get("XDG_CACHE_HOME") or home / ".cache") / CACHE
