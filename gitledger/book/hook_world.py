"""The world as a hook should see it: without what git tells a hook about the commit being made."""

from gitledger.book.world import World

# git names the commit's author there, who may be another than the one who records it
OF_THE_COMMIT = ("GIT_AUTHOR_", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_REFLOG_ACTION", "GIT_EDITOR")


def own_environment(world: World) -> dict[str, str]:
    """The environment for recording, with the committer as git knows them."""
    return {k: v for k, v in world.environment.items() if not k.startswith(OF_THE_COMMIT)}
