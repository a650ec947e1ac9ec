"""The most that any routing of a log's windows could earn: one linear programme, no replay.

Depends on the rest of the room; loads scipy.
"""

from collections.abc import Sequence

from gitledger.errors import GitledgerError
from gitledger.routing.board import lay_out
from gitledger.routing.fluid import FluidPlan, fluid_plan
from gitledger.routing.log import Budgets, LoggedWindow, instance_of, support_of


def ceiling(log: Sequence[LoggedWindow], budgets: Budgets) -> tuple[int, FluidPlan] | str:
    """The rounds and the fluid optimum over as many rounds as the log has usable windows.

    Of a log that cannot be replayed it is the reason why.
    """
    support = support_of(log, budgets, by_methodology=False)
    rounds = sum(s.usable for s in support if s.state == "supported")
    try:
        instance = instance_of(log, budgets, rounds, by_methodology=False)
    except GitledgerError as error:
        return error.what
    return rounds, fluid_plan(lay_out(instance))
