"""Which tests share a process, where several run side by side, and which of them begin.

Those of one file do: what it prepares is made once (`frozen.played_once`, fixtures of a module).
Told by their paths: marks of groups are lost between pytest 9.2 and pytest-xdist 3.8, in silence,
and the same week is then played by every process.
"""

from typing import Any

# what takes long begins: at the end one process would wait for the other
DEAR = (
    "tests/plan/",  # one week that was played
    "tests/fleet/",  # one lake of five repositories
    "tests/capture/test_two_weeks.py",
    "tests/capture/test_three_clones.py",
    "tests/routing/test_public_instances.py",
    "tests/share/test_buttons.py",
    "tests/docs/test_pages.py",
    "tests/git/branch/test_store_races.py",
    "tests/report/page/",  # one browser
    "tests/git/proof/test_judge_joins.py",
    "tests/test_architecture.py",
)


def place_of(nodeid: str) -> str:
    """The folder or file whose tests share a process."""
    return next((place for place in DEAR if nodeid.startswith(place)), nodeid.partition("::")[0])


def rank(nodeid: str) -> int:
    """Where a test's place stands among those that begin; the others keep their order."""
    place = place_of(nodeid)
    return DEAR.index(place) if place in DEAR else len(DEAR)


def scheduler(config: Any, log: Any) -> Any:
    """The tests of one place go to the same process, the next place to the one that is free."""
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return place_of(nodeid)

    config.option.loadscopereorder = False  # how many tests there are says nothing of the time
    return Together(config, log)
