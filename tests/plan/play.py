"""Play the week of the plan with the program, then print each of its numbers beside the own one.

`python tests/plan/play.py [FOLDER]` plays it in a temporary (or the named) folder and exits 1 where
a number differs. `--faketime` runs every command at the moment of the story (libfaketime).
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import Any

from arithmetic import breached, churn, counts, idle, points, provider, shared, successes
from story import PRICES, REQUESTS, RESERVE, VOTES, WINDOWS, Window, file_of, of

from gitledger.demo.panes import SampleMeter, claude_panel, codex_panel

LATER = datetime(2026, 4, 6, 9, tzinfo=UTC)  # every fourteen days are over
Said = tuple[int, str, str]
Say = Callable[..., Said]
CLOSE = 2e-5
TWICE = "W0-02"  # its churn is measured while the fourteen days run, and again after them


@dataclass
class Stage:
    """Where the week is played: the repository, and how a command is said there at a moment."""

    folder: Path
    say: Say
    made: dict[str, str] = field(default_factory=dict)
    over: bool = False
    seen: dict[str, Any] = field(default_factory=dict)

    def ask(self, *words: str, at: datetime = LATER) -> Any:
        """The JSON of a verb; its exit code may be a no. Once the week is over it is asked once."""
        known = " ".join(words)
        if not self.over or known not in self.seen:
            code, out, err = self.say(self.folder, "--json", *words, at=at)
            assert code in {0, 1, 4}, (words, err)
            self.seen[known] = json.loads(out)
        return self.seen[known]

    def tell(self, *words: str, at: datetime, stdin: str | None = None) -> str:
        """A verb that must be done; what it printed."""
        code, out, err = self.say(self.folder, *words, at=at, stdin=stdin)
        assert code == 0, (words, code, out, err)
        return out

    def git(self, *words: str, at: datetime) -> None:
        """Git at a moment, hooks and all."""
        when = at.strftime("%Y-%m-%dT%H:%M:%S+00:00")
        dates = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
        subprocess.run(
            ["git", *words],
            cwd=self.folder,
            env=os.environ | dates,
            check=True,
            capture_output=True,
        )

    def commit(self, message: str, at: datetime) -> str:
        """Everything that changed, as one commit; its id."""
        self.git("add", "-A", at=at)
        self.git("commit", "-qm", message, at=at)
        done = subprocess.run(
            ["git", "rev-parse", "HEAD"],
            cwd=self.folder,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()


def in_process(folder: Path, *words: str, at: datetime, stdin: str | None = None) -> Said:
    """A command in this process, its clock set."""
    import ground

    from gitledger.cli import options

    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]  # noqa: ARG003
            return at

    kept, options.datetime = options.datetime, Clock  # type: ignore[attr-defined]
    try:
        done = ground.gitledger(folder, *words, stdin=stdin)
    finally:
        options.datetime = kept  # type: ignore[attr-defined]
    return done.code, done.out, done.err


def by_faketime(folder: Path, *words: str, at: datetime, stdin: str | None = None) -> Said:
    """A command as its own process, at the moment of the story."""
    faked = ["faketime", "-f", f"@{at:%Y-%m-%d %H:%M:%S}"]
    done = subprocess.run(
        [*faked, sys.executable, "-m", "gitledger", *words], cwd=folder, input=stdin or "",
        env=os.environ | {"TZ": "UTC"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def pane(window: Window, used: int, at: datetime) -> str:
    """What the provider's program printed then."""
    reset = window.resets(at)
    if window.provider == "glm":
        limit = {"type": "TOKENS_LIMIT", "unit": 6, "number": 1, "percentage": used}
        limit["nextResetTime"] = int(reset.timestamp() * 1000)
        return json.dumps(
            {"code": 200, "success": True, "data": {"level": "pro", "limits": [limit]}}
        )
    draw = codex_panel if window.provider == "codex" else claude_panel
    return draw((SampleMeter(10080, used, reset),), at=at, zone=UTC)


def read(stage: Stage, verb: str, window: Window, used: int, at: datetime) -> None:
    """A reading before or after the work, pasted."""
    name = ("--window", window.id, "--account", window.account)
    when = ("--at", at.strftime("%Y-%m-%dT%H:%M:%SZ"), "--tz", "UTC")
    stage.tell(verb, window.provider, *name, *when, at=at, stdin=pane(window, used, at))


def set_up(stage: Stage) -> None:
    """Pre-flight: ledger, hooks, plans, meters, the capability map."""
    start = WINDOWS[0].begin - timedelta(hours=1)
    (stage.folder / "README").write_text("A project.\n")
    stage.commit("begin", start)
    stage.tell("init", at=start)
    ready = ("preflight", "--", "git", "status")
    stage.seen["begun"] = stage.ask(*ready, at=start)
    text = stage.tell("config", "show", at=start)
    meters = "capacity:\n" + "".join(f"  {name}: weekly\n" for name in PRICES)
    stage.tell("config", "set", "-", at=start, stdin=text.replace("capacity: {}\n", meters))
    stage.tell("config", "plan", *(f"{name}={price}" for name, price in PRICES.items()), at=start)
    for number, name in enumerate(PRICES, 1):
        stage.tell("capability", "add", f"CAP-{number}", "--name", name, at=start)
    remote = str(stage.folder.parent / "remote.git")
    stage.git("init", "-q", "--bare", remote, at=start)
    stage.git("remote", "add", "origin", remote, at=start)
    stage.git("push", "-q", "origin", "trunk", "gitledger/main", at=start)
    stage.seen["ready"] = stage.ask(*ready, at=start)


def work(stage: Stage, window: Window) -> None:
    """A to D of one window: reading, reservation, commit, reading, completion."""
    read(stage, "start", window, window.before, window.begin)
    capability = f"CAP-{list(PRICES).index(window.provider) + 1}"
    stage.tell("feature", "reserve", "-w", window.id, "-c", capability, at=window.begin)
    planned = ("tokens", "plan", "1000", "-w", window.id, "--task", window.id)
    stage.tell(*planned, at=window.begin)
    if window.lines:
        lines = "".join(f"{window.provider}_{i} = {i}\n" for i in range(window.lines))
        (stage.folder / file_of(window)).write_text(lines)
        stage.made[window.id] = stage.commit(window.id, window.worked)
    if window.after is not None:
        read(stage, "end", window, window.after, window.end)
    if window.wrong != "late":
        complete(stage, window, window.end + timedelta(minutes=5))
    if window.id == TWICE:
        stage.tell("churn", "--window", window.id, at=window.end + timedelta(minutes=6))


def complete(stage: Stage, window: Window, at: datetime) -> None:
    """D: what it delivered, how well, in how many human minutes."""
    owner = window.provider + ("" if window.account == "default" else f"/{window.account}")
    words = ["-f", f"{owner}={window.features}", "--quality", window.quality]
    words += ["--outcome", window.outcome, "--minutes", str(window.minutes), "--cls", window.cls]
    words += ["--methodology", "tdd"]
    words += ["--without-after"] if window.after is None else []
    if window.wrong == "shared-range":
        end = stage.made[shared(window).id]
        words += ["--commit-start", f"{end}~1", "--commit-end", end]
    stage.tell("complete", "-w", window.id, *words, at=at)


def test(stage: Stage, window: Window) -> None:
    """F: the acceptance run; one fails first and is repaired."""
    run = ("evidence", "run", "-w", window.id, "--capability", "CAP-1", "--")
    at = window.end + timedelta(minutes=10)
    if window.wrong == "repaired":
        code, _, _ = stage.say(stage.folder, *run, "python3", "-c", "exit(1)", at=at)
        assert code == 1
    stage.tell(*run, "python3", "-c", "exit(0)", at=at + timedelta(minutes=1))


def play(stage: Stage) -> None:
    """The whole week, and what happened to its lines afterwards."""
    set_up(stage)
    for window in sorted(WINDOWS, key=lambda w: w.begin):
        work(stage, window)
        test(stage, window)
    tidy(stage)
    late = next(w for w in WINDOWS if w.wrong == "late")
    complete(stage, late, late.end + timedelta(days=5))
    for window in WINDOWS:
        stage.tell("churn", "--window", window.id, at=LATER)
        stage.tell("tokens", "final", "900", "-w", window.id, "--task", window.id, at=LATER)
    events = "".join(json.dumps(event) + "\n" for event in telemetry())
    stage.tell(
        "ingest", "proxy-telemetry", "--window", "W0-21", "--from", "-", at=LATER, stdin=events
    )
    stage.tell("replay", "--week", "WEEK0", "--issue", at=LATER)
    stage.ask("card", "WEEK0", "--issue")
    for voter, vote in VOTES:
        stage.tell("vote", "WEEK0", "--voter", voter, "--vote", vote, at=LATER)
    stage.over = True


def tidy(stage: Stage) -> None:
    """Three days later lines go, and one feature is taken back whole; no window is open."""
    at = WINDOWS[-1].end + timedelta(hours=3)
    for window in WINDOWS:
        if window.removed and window.wrong != "reverted":
            path = stage.folder / file_of(window)
            path.write_text("".join(path.read_text().splitlines(keepends=True)[window.removed :]))
            stage.commit(f"tidy {window.id}", at)
    gone = next(w for w in WINDOWS if w.wrong == "reverted")
    (stage.folder / file_of(gone)).unlink()
    stage.commit(f'Revert "{gone.id}"', at)


def telemetry() -> Iterator[dict[str, object]]:
    """Requests answered by GLM and by the baseline."""
    for rid, *sides in REQUESTS:
        for (lane, model), side in zip(
            (("zai", "glm-4.6"), ("openai", "gpt-5")), sides, strict=True
        ):
            if side:
                yield {
                    "ts": "2026-03-02T15:10:00Z", "rid": rid, "lane": lane, "model": model,
                    "status": 200, "input_tokens": side[0], "output_tokens": side[1],
                    "latency_ms": 900,
                }  # fmt: skip


Number = tuple[str, Any, Any]


def numbers(stage: Stage) -> Iterator[Number]:
    """Each number as (what, got, right)."""
    card, preview = stage.ask("card", "WEEK0"), stage.ask("preview")
    for name in PRICES:
        right = provider(name)
        (arm,) = [a for a in card["arms"] if a["name"] == name]
        (shown,) = [p for p in preview["providers"] if p["provider"] == name]
        for place, found in (("card", arm), ("preview", shown)):
            for key in ("windows", "usable", "features", "capacity"):
                yield f"{place} {name} {key}", found[key], right[key]
            for key in ("efficiency", "lasting_per_pp", "dollars_per_lasting_feature"):
                yield from ends(f"{place} {name} {key}", found[key], right[key])
            yield f"{place} {name} delivered", found["lasting"]["delivered"], right["delivered"]
            yield f"{place} {name} lasting", found["lasting"]["value"], right["lasting"]
        yield f"card {name} quality", arm["quality"]["value"], right["quality"]
        yield from ends(f"card {name} pass_rate", arm["pass_rate"], right["pass_rate"])
        yield f"card {name} churn_14d", arm["churn_14d"]["value"], right["churn_14d"]
        yield f"card {name} peak_pct", arm["peak_pct"]["value"], right["peak_pct"]
        yield from explained(stage, name, right)
        own = [e for e in card["estimates"] if e["name"] == f"idle_pp {name}"]
        left = idle(name)
        yield f"card {name} idle_pp", own[0]["value"], sum(left) / len(left)
    left_out = sorted((e["window"], e["reason"]) for e in card["coverage"]["excluded"])
    yield "card left out", left_out, sorted(e for n in PRICES for e in provider(n)["excluded"])
    yield "card votes", len(card["votes"]) + len(card["later_votes"]), len(VOTES)
    yield from windows(stage)
    yield from compared(stage)
    yield from packed(stage)


def ends(what: str, got: dict[str, Any], right: tuple[float, float, float]) -> Iterator[Number]:
    """A value with its interval."""
    for key, expected in zip(("value", "low", "high"), right, strict=True):
        yield f"{what} {key}", got[key], expected


def explained(stage: Stage, name: str, right: dict[str, Any]) -> Iterator[Number]:
    """The same numbers as `explain` works them out of the rows."""
    for key, expected in (
        ("features_per_pp", right["efficiency"][0]), ("lasting", right["lasting"]),
        ("delivered", right["delivered"]), ("quality", right["quality"]), ("impf", right["impf"]),
        ("churn_14d", right["churn_14d"]), ("pass_rate", right["pass_rate"][0]),
    ):  # fmt: skip
        told = stage.ask("explain", f"WEEK0.{name}.{key}")
        yield f"explain {name} {key}", told["estimate"]["value"], expected


def windows(stage: Stage) -> Iterator[Number]:
    """Each window by its card and its audit."""
    audits = {audit["window"]: audit for audit in stage.ask("audit")["windows"]}
    for window in WINDOWS:
        card, audit = stage.ask("card", window.id), audits[window.id]
        (delta,) = [d for d in audit["deltas"] if d["meter"] == "weekly"]
        trusted = counts(window) and window.after is not None
        right = window.after - window.before if trusted and window.after is not None else None
        yield f"{window.id} points", delta["delta_pp"], right
        yield (
            f"{window.id} features",
            card_value(card, f"delivered {window.provider}"),
            (successes(window)),
        )
        (lines,) = card["churn"]
        yield f"{window.id} churn_14d", lines["churn_14d"], churn(window)
        yield f"{window.id} merged lines", lines["merged_lines"], shared(window).lines
        codes = {f["code"] for f in audit["findings"]}
        yield f"{window.id} reserve", "buffer-breached" in codes, breached(window)
        yield f"{window.id} reverted", "reverted" in codes, window.wrong == "reverted"
        known = {e["name"]: e["value"] for e in card["estimates"] if "value" in e}
        yield f"{window.id} cls", known["cls"], float(window.cls)
        yield f"{window.id} minutes", known["minutes"], window.minutes
        yield f"{window.id} evidence", card["evidence"][-1]["result"], "pass"


def card_value(card: dict[str, Any], name: str) -> Any:
    """An estimate of a card by its name."""
    (found,) = [e for e in card["estimates"] if e["name"] == name]
    return found["value"]


def packed(stage: Stage) -> Iterator[Number]:
    """The hand-over: made again it is the same; what fits into each bar after its reset."""
    stage.ask("handoff", "--out", "pack", "--at", LATER.isoformat())
    yield "pack made again", stage.ask("handoff", "--check", "pack")["wrong"], []
    told = json.loads((stage.folder / "pack" / "next.json").read_text())["bars"]
    for bar in told:
        took = [points(w) for w in of(bar["provider"]) if counts(w)]
        usual, largest = Fraction(median(took)), max(took)
        yield f"next {bar['provider']} left", bar["left_pp"], 100 - RESERVE
        yield f"next {bar['provider']} usual", bar["windows"], (100 - RESERVE) // usual
        yield (
            f"next {bar['provider']} at least",
            bar["windows_at_least"],
            (100 - RESERVE) // largest,
        )
    items = {i["item"]: i["done"] for i in stage.ask("checklist")["items"]}
    open_ = {name for name, done in items.items() if not done}
    yield "checklist open", open_, {"glm: 6 windows with a reading before and after"}


def compared(stage: Stage) -> Iterator[Number]:
    """Requests with both sides, and those with one."""
    made = stage.ask("compare")
    both = [rid for rid, glm, base in REQUESTS if glm and base]
    yield "compare rows", sorted(r["rid"] for r in made["rows"]), both
    yield "compare alone", len(made["unmatched"]), len(REQUESTS) - len(both)


def same(got: Any, right: Any) -> bool:
    """Equal, or numbers that differ in the sixth digit only."""
    if isinstance(got, int | float) and isinstance(right, int | float | Fraction):
        return abs(got - right) <= CLOSE * max(1.0, abs(float(right)))
    return bool(got == right)


def main() -> int:
    """Play and print; 1 when a number differs."""
    words = [w for w in sys.argv[1:] if not w.startswith("--")]
    say = by_faketime if "--faketime" in sys.argv and shutil.which("faketime") else in_process
    sys.path.insert(0, str(Path(__file__).parent.parent))
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"HOME": home, "TZ": "UTC", "GIT_CONFIG_NOSYSTEM": "1"}
        for key in ("AUTHOR", "COMMITTER"):
            os.environ |= {f"GIT_{key}_NAME": "Ada", f"GIT_{key}_EMAIL": "ada@example.org"}
        folder = Path(words[0] if words else Path(home) / "project")
        subprocess.run(["git", "init", "-q", "-b", "trunk", str(folder)], check=True)
        stage = Stage(folder, say)
        play(stage)
        wrong = 0
        for what, got, right in numbers(stage):
            good = same(got, right)
            wrong += not good
            print(f"{'ok   ' if good else 'WRONG'} {what}: {got} / {right}")
    print(f"{wrong} wrong")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
