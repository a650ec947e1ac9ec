"""Which tests share a process, where several run side by side: those that look at one thing made.

Told by their paths: marks of groups are lost between pytest 9.2 and pytest-xdist 3.8, in silence,
and the same week is then played by every process.
"""

from xdist.scheduler import LoadScopeScheduling

TOGETHER = (
    "tests/plan/",  # one week that was played
    "tests/report/page/",  # one browser
    "tests/routing/test_public_instances.py",  # one trial of each instance
    "tests/git/proof/test_judge_joins.py",  # one history
    "tests/test_architecture.py",  # the tree of every module
)


class Together(LoadScopeScheduling):
    """Every test goes to the process that is free, and those of one place to the same."""

    def _split_scope(self, nodeid: str) -> str:
        return next((place for place in TOGETHER if nodeid.startswith(place)), nodeid)
