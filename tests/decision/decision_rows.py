"""Ledgers of constructed windows, written short, folded and audited as the cards take them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count

from gitledger.decision.card import CardSource
from gitledger.decision.case import Ledger
from gitledger.ledger.row import Row
from gitledger.windows.audit.checks import audit_windows
from gitledger.windows.audit.facts import WorldFacts
from gitledger.windows.fold import fold_windows

START = datetime(2026, 11, 16, 8, tzinfo=UTC)
RESET = "2026-11-23T08:00:00Z"
SHA = "{:040x}".format


def stamp(moment):
    """Canonical text of an instant."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class Rows(dict):
    """Rows by ledger; `work` records one whole window of one provider, three hours each."""

    def __init__(self):
        super().__init__()
        self.numbers = count(1)
        self.hours = count(0, 3)

    def add(self, ledger, **values):
        """One row, recorded a second after the one before."""
        number = next(self.numbers)
        at = START + timedelta(days=8, seconds=number)
        row = Row(ledger, f"{stamp(at)[:-1]}.000000Z", "ada", "test", values, f"{number:016x}")
        self.setdefault(ledger, []).append(row)
        return row

    def snap(self, window, phase, at, used, provider="codex"):
        """A weekly reading."""
        reading = {"meter": "weekly", "used_pct": Decimal(used), "window_minutes": 10080}
        self.add(
            "snapshots",
            window=window,
            provider=provider,
            account="default",
            phase=phase,
            captured_at=stamp(at),
            source=provider,
            readings=[reading | {"resets_at": RESET}],
        )

    def finish(self, window, features=3, provider="codex", **more):
        """A finalisation that passed, with a commit range of its own."""
        number = next(self.numbers)
        stated = [{"provider": provider, "account": "default", "features": features}]
        plain = {
            "features": stated,
            "quality": Decimal("0.9"),
            "outcome": "pass",
            "commit_start": SHA(number),
            "commit_end": SHA(number + 5000),
        }
        return self.add("windows", window=window, **(plain | more))

    def work(self, window, used, features=3, provider="codex", **more):
        """BEFORE, AFTER six minutes after the work, and the finalisation."""
        start = START + timedelta(hours=next(self.hours))
        self.snap(window, "before", start, used[0], provider)
        self.snap(window, "after", start + timedelta(hours=1), used[1], provider)
        return self.finish(
            window, features, provider, finalised_at=stamp(start + timedelta(hours=1)), **more
        )

    def churned(self, window, decision="measured", provider="codex", **more):
        """A churn row; of a measured one twelve lines landed and all are there."""
        lasts = {"state": "mature", "churn_14d": 0, "alive_at_end": 12, "matures_at": RESET}
        plain = {"survival": lasts} if decision == "measured" else {}
        plain |= {"provider": provider, "decision": decision, "net": 12}
        return self.add("churn", window=window, **(plain | more))

    def proven(self, window, result="pass", run="TR-1", **more):
        """An evidence row."""
        more = {
            "runner": "pytest",
            "capability": "CAP-1",
            "artifact_sha256": f"{next(self.numbers):064x}",
        } | more
        return self.add("evidence", window=window, result=result, test_run_id=run, **more)


def ledger_of(rows, rules, facts=None, **more):
    """The `Ledger` of some rows at a made-up tip."""
    windows = fold_windows(rows)
    source = CardSource("c" * 40, "2026-11-24T08:00:30.000000Z", rules.sha256, "gitledger test")
    return Ledger(
        windows=windows,
        findings=audit_windows(windows, facts=facts or WorldFacts(now=START + timedelta(days=9))),
        rules=rules,
        source=source,
        votes=tuple(rows.get("votes", ())),
        decisions=tuple(rows.get("decisions", ())),
        order=("claude", "codex", "glm"),
        **more,
    )
