"""`init`: the orphan branch, its configuration, schemas and rules. Again: changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gitledger import __version__
from gitledger.book.automatic import SETTING, is_automatic_here
from gitledger.book.book import branch_name, checked_branch
from gitledger.book.defaults import shipped_default, shipped_ledgers
from gitledger.book.judge import POLICY
from gitledger.book.world import World
from gitledger.commands.result import Result, wrap_lines
from gitledger.errors import GitledgerError
from gitledger.git import oldest
from gitledger.git.branch.definitions import refuse_unsigned
from gitledger.git.branch.store import CommitPlan, advance
from gitledger.git.branch.tip import Tip, tip_at, tip_of
from gitledger.git.code.head import begin
from gitledger.git.code.revision import merge_base
from gitledger.git.proof.checkpoint import Checkpoint, path_of, write_checkpoint
from gitledger.git.proof.witness import remote_tips
from gitledger.git.remote import remote_names
from gitledger.git.repository import Identity, Repository, identity, open_repository, remember
from gitledger.ledger import layout
from gitledger.ledger.values import recording_time
from gitledger.ledger.yamltext import set_keys
from gitledger.meters.registry import PROVIDERS
from gitledger.report.hooks_text import agent_install_lines
from gitledger.setup.agents import EVENTS, agent_install
from gitledger.setup.hooks import place_of, set_up, wanted_names
from gitledger.share.adopt import adopt
from gitledger.share.gate import WORKFLOW
from gitledger.share.plan import another_ledger
from gitledger.share.terms import deal_of
from gitledger.share.union import Choice

SHIPPED_WORKFLOW = "github.yml"


@dataclass(frozen=True, slots=True)
class AlsoSetUp:
    """What else `init` sets up: the review by a forge, agents' hooks, acting by itself.

    `ci` is `github` or ""; `automatic` None leaves git's configuration as it is.
    """

    ci: str = ""
    agents: tuple[str, ...] = ()
    automatic: bool | None = None


NOTHING_BESIDE = AlsoSetUp()


def init(
    world: World,
    *,
    providers: Sequence[str] = (),
    branch: str = "",
    hooks: bool = True,
    beside: AlsoSetUp = NOTHING_BESIDE,
) -> Result:
    """Create the ledger branch, unless it is there, and put the hooks in place.

    Where a remote has the ledger that one is taken. Raises what the store and `adopt` refuse.
    """
    repository = open_repository(world.directory, world.environment)
    name = checked_branch(branch or branch_name(world, repository))
    taken, unheard = _adopted(world, repository, name)
    who = identity(repository, world.now)
    created = recording_time(world.now)[:19] + "Z"  # whole seconds: the file is read by people
    files = _files(created, tuple(providers) or PROVIDERS)
    made = False

    def plan(tip: Tip) -> Sequence[CommitPlan]:
        nonlocal made
        made = tip.commit is None
        return [CommitPlan("ledger: begin\n", files)] if made else []

    born = advance(repository, name, plan, who)
    if branch:
        remember(repository, "gitledger.branch", branch)
    begin(repository)
    oldest.refuse_old_git(repository.state, world.environment)  # kept for later looks
    tip = tip_of(repository, name)
    notes = _unseen(name, unheard) if made else _apart(tip, name)
    if born and not notes and not path_of(repository, name).exists():
        # what began here is remembered: a branch rebuilt from scratch has another root. Where a
        # remote may hold the ledger, this beginning may be given up for that one: verify begins
        root = born[0].hex()
        write_checkpoint(repository, name, Checkpoint(root, root, 0, 1, created))
    names = sorted(shipped_ledgers())
    payload: dict[str, Any] = {"branch": name, "created": made}
    payload |= {"tip": (tip.commit or b"").hex(), "ledgers": names, "adopted": taken}
    text = [f"Adopted {name} of {taken}." if taken else _begun(name, len(names), made=made)]
    if beside.ci:
        payload["ci"], said = add_workflow(repository, name, who)
        text.append(said)
    payload["hooks"], told = _hooks(world) if hooks else ([], [])
    more, said_of = _by_itself(world, repository, beside)
    return Result(
        "gitledger.init/1", payload | more, wrap_lines(*text, *told, *said_of), notes=notes
    )


def _by_itself(
    world: World, repository: Repository, beside: AlsoSetUp
) -> tuple[dict[str, Any], list[str]]:
    """The agents' hooks, and whether this clone acts by itself: as JSON and as sentences."""
    told: list[str] = []
    payload: dict[str, Any] = {"agents": list(beside.agents)} if beside.agents else {}
    for agent in beside.agents:
        made = agent_install(world, agent)
        entry = {"agent": agent, "path": str(made.path), "skill": str(made.skill)}
        told += agent_install_lines(entry, EVENTS, hooked=made.hooked, taught=made.taught)
    if beside.automatic is not None:
        remember(repository, SETTING, "true" if beside.automatic else "false")
    if beside.agents or beside.automatic is not None:
        payload["automatic"] = is_automatic_here(repository)
        on = "This clone acts by itself: gitledger news tells what it did."
        off = f"To let this clone act by itself: git config {SETTING} true"
        told.append(on if payload["automatic"] else off)
    return payload, told


def _adopted(world: World, repository: Repository, branch: str) -> tuple[str, tuple[str, ...]]:
    """The remote whose ledger was taken, "" where none has one: another root would never join.

    With it the remotes that could not be asked. Where a ledger is here already none is asked.
    """
    if tip_of(repository, branch).commit is not None:
        return "", ()
    choices = [Choice(POLICY, name, branch) for name in remote_names(repository)]
    done = adopt(deal_of(world, repository, branch, choice) for choice in choices)
    if done.taken is None:
        return "", done.unheard
    now = tip_of(repository, branch).commit
    having = (tip for tip in remote_tips(repository, branch) if tip.tip == now)
    return next(tip.name.removesuffix(f"/{branch}") for tip in having), ()


def _begun(branch: str, ledgers: int, *, made: bool) -> str:
    """What became of the branch, in words."""
    if not made:
        return f"{branch} is there already; nothing was changed."
    kept = "Nothing else in your repository was changed."
    return f"Created {branch}: {ledgers} ledgers, no rows yet.\n{kept}"


def add_workflow(repository: Repository, branch: str, who: Identity) -> tuple[dict[str, str], str]:
    """Put the workflow of pull requests on the ledger branch, once; what was done, and to say.

    One that is there with another text is somebody's, and stays.
    """
    data = shipped_default(SHIPPED_WORKFLOW).replace("VERSION", __version__).encode()
    done = "added"

    def plan(tip: Tip) -> Sequence[CommitPlan]:
        nonlocal done
        held = tip.file(WORKFLOW)
        done = "added" if held is None else "already" if held == data else "kept"
        refuse_unsigned(tip)
        return [CommitPlan("ledger: review by github\n", {WORKFLOW: data})] if held is None else []

    advance(repository, branch, plan, who)
    said = {
        "added": f"{WORKFLOW} was added to {branch}; it runs once the branch is pushed.",
        "already": f"{WORKFLOW} is on {branch} already.",
        "kept": f"{WORKFLOW} on {branch} is another one, and was kept.",
    }
    return {"file": WORKFLOW, "done": done}, said[done]


def _unseen(branch: str, unheard: Sequence[str]) -> tuple[str, ...]:
    """A note for each remote that could not be asked whether it has the ledger."""
    return tuple(
        f"note: {remote} could not be asked whether it has {branch}; if a ledger is there, begin "
        f"with that one: git branch -D {branch}; git fetch {remote} {branch}:{branch}"
        for remote in unheard
    )


def _apart(tip: Tip, branch: str) -> tuple[str, ...]:
    """A warning for each remote whose ledger, as last fetched, began otherwise: two never join."""
    found = []
    for known in remote_tips(tip.repository, branch):
        theirs = tip_at(tip.repository, known.tip)
        if merge_base(tip.repository, tip.commit or b"", known.tip) is None:
            choice = Choice(POLICY, known.name.removesuffix(f"/{branch}"), branch)
            refused = another_ledger(tip, theirs, choice)
            found.append(f"warning: {refused.what} ({refused.hint})")
    return tuple(found)


def _hooks(world: World) -> tuple[list[str], list[str]]:
    """Install the hooks; those that changed, and what to say of them. A refusal is a warning."""
    try:
        place = place_of(world)
        done = set_up(place, wanted_names(place))
    except GitledgerError as error:
        # the ledger stands; commits are found in the reflog without hooks
        return [], [f"warning: the hooks were not installed: {error.what} ({error.hint})"]
    changed: list[str] = list(done["changed"])
    notes = [f"{problem.severity}: {problem}" for problem in done["problems"]]
    told = f"Hooks: {', '.join(changed)}. `gitledger hooks uninstall` removes them."
    return changed, [told, *notes] if changed else []


def _files(created: str, providers: Sequence[str]) -> dict[str, bytes]:
    config = set_keys(
        shipped_default(layout.CONFIG), {"created": created, "providers": list(providers)}
    )
    texts = {
        layout.README: shipped_default(layout.README),
        layout.CONFIG: config,
        layout.RULES: shipped_default(layout.RULES),
    }
    texts |= {layout.schema_path(name): text for name, text in shipped_ledgers().items()}
    return {path: text.encode() for path, text in texts.items()}
