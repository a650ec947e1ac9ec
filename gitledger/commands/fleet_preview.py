"""`fleet preview`: what each arm gives over all repositories of a lake."""

from gitledger.book.world import World
from gitledger.commands.result import Result, Screen
from gitledger.fleet.figures import Asked, answer_with_figures


def fleet_preview(world: World, asked: Asked) -> Result:
    """Every arm over its repositories."""
    _, payload = answer_with_figures(world, asked)

    def text(screen: Screen) -> str:
        from gitledger.report.fleet_text import fleet_text  # noqa: PLC0415 - rich is heavy

        return fleet_text(payload, width=screen.width, colour=screen.colour)

    return Result("gitledger.fleet.preview/1", payload, text)
