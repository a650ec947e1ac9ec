"""`fleet report`: the figures of a lake as one HTML page."""

import os
from pathlib import Path

from gitledger.book.world import World
from gitledger.commands.result import Result, Screen
from gitledger.fleet.figures import Asked, answer_with_figures
from gitledger.git.files import put_file
from gitledger.measure.estimate import plain

PAGE = "gitledger-fleet.html"


def fleet_report(world: World, asked: Asked, out: str) -> Result:
    """The same as one HTML page. Raises WriteFailed."""
    from gitledger.report.fleet_page import fleet_page  # noqa: PLC0415 - jinja2 is heavy

    _, payload = answer_with_figures(world, asked)
    path = world.directory / Path(out or PAGE).expanduser()
    page = fleet_page(payload).encode()
    put_file(path, page)
    told = {"file": os.fspath(path), "bytes": len(page), "arms": len(payload["arms"])}

    def text(_screen: Screen) -> str:
        many = plain(payload["repositories"])
        return f"{path}: {many} repositories, {len(page):,} bytes"

    return Result("gitledger.fleet.report/1", told, text)
