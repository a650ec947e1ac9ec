"""`fleet card`: a verdict on arms that many repositories have."""

from gitledger.book.world import World
from gitledger.commands.result import Result, Screen
from gitledger.decision.fleet import GO, LITTLE, NO
from gitledger.errors import EXIT_NO, EXIT_UNDECIDED, EXIT_YES
from gitledger.fleet.figures import Asked, answer_with_figures


def fleet_card(world: World, asked: Asked) -> Result:
    """The verdict of every comparison. Exit 0 all GO, 1 one is NO-GO, 4 undecided."""
    _, payload = answer_with_figures(world, asked)
    verdicts = [one["verdict"] for one in payload["comparisons"]] or [LITTLE]
    payload["verdict"] = NO if NO in verdicts else GO if {*verdicts} == {GO} else verdicts[0]
    codes = {GO: EXIT_YES, NO: EXIT_NO}

    def text(screen: Screen) -> str:
        from gitledger.report.fleet_text import card_text  # noqa: PLC0415 - as above

        return card_text(payload, width=screen.width, colour=screen.colour)

    code = codes.get(str(payload["verdict"]), EXIT_UNDECIDED)
    return Result("gitledger.fleet.card/1", payload, text, exit_code=code)
