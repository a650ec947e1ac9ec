"""`fleet report`: the figures of a lake as one HTML page."""

import os
from pathlib import Path

from gitledger.book.world import World
from gitledger.commands.result import Result, lines
from gitledger.fleet.figures import Asked, answer_with_figures
from gitledger.git.files import put_file

PAGE = "gitledger-fleet.html"


def fleet_report(world: World, asked: Asked, out: str) -> Result:
    """The same as one HTML page. Raises WriteFailed."""
    from gitledger.report.fleet_page import fleet_page, written_line  # noqa: PLC0415 - slow jinja2

    _, payload = answer_with_figures(world, asked)
    path = world.directory / Path(out or PAGE).expanduser()
    page = fleet_page(payload).encode()
    put_file(path, page)
    told = {"file": os.fspath(path), "bytes": len(page), "arms": len(payload["arms"])}
    text = lines(written_line(os.fspath(path), payload, len(page)))
    return Result("gitledger.fleet.report/1", told, text)
