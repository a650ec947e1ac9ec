"""An overview of a made-up week as JSON, large enough to fill every part of the page."""

from typing import Any

from gitledger.report.page.html import Recipe, report_html

HOLDERS = (("codex", "work", 0.24), ("claude", "default", 0.12), ("glm", "default", 0.36))
RECIPE = Recipe('{"tip":"ab"}', "gitledger verify", "gitledger/main")


def estimate(value: float | None, n: int = 6, **more: Any) -> dict[str, Any]:
    """An estimate with an interval around it."""
    ends = (None, None) if value is None else (value * 0.6, value * 1.8)
    told = {"value": value, "low": ends[0], "high": ends[1], "n": n, "method": "shrunk-log-t"}
    return told | more


def arm(name: str, rate: float) -> dict[str, Any]:
    """One provider's part of a card."""
    return {
        "name": name, "provider": name, "meter": "weekly", "unit": "pp", "windows": 6, "usable": 5,
        "features": 12, "capacity": 50, "notes": [], "efficiency": estimate(rate),
        "lasting_per_pp": estimate(rate * 0.9),
        "lasting": {**estimate(10.5), "low": None, "high": None, "of": 6, "delivered": 12},
        "cost_per_feature": estimate(1.5), "dollars_per_lasting_feature": estimate(1.7),
    }  # fmt: skip


def window(index: int, holder: tuple[str, str, float], **more: Any) -> dict[str, Any]:
    """One window with two readings, a commit and an evidence run."""
    provider, account, _ = holder
    day, name = 2 + index % 6, f"W0-{index:02}"
    at = f"2026-03-{day:02}T11:00:00Z"
    usable = index % 7 != 3
    return {
        "window": name, "at": at, "verdict": "GO" if usable else "INVALID",
        "reasons": ["outcome pass"], "reverted": False,
        "parts": [{
            "provider": provider, "account": account, "features": 2, "lasting": [2, 2],
            "meter": "weekly", "before": 10, "after": 17, "pp": 7 if usable else None,
            "state": "valid" if usable else "non-monotonic", "usable": usable, "why": "",
        }],
        "churn": [{"churn_so_far": 0.1, "upper": 0.1, "merged_lines": 40, "gone": "10 % gone"}],
        "readings": [
            {"phase": p, "provider": provider, "account": account, "at": at,
             "meters": [["weekly", 10]], "row": f"{index:016x}"} for p in ("before", "after")
        ],
        "commits": [{"sha": f"{index:010x}", "branch": "trunk", "insertions": 40, "deletions": 0}],
        "evidence": [{"run": f"TR-{index}", "result": "pass", "capability": "CAP-1"}],
        "rows": [f"{index:016x}", f"{index + 1000:016x}"],
        **more,
    }  # fmt: skip


def trace(holder: tuple[str, str, float], windows: list[dict[str, Any]]) -> dict[str, Any]:
    """One account's meter over the week."""
    own = [w for w in windows if w["parts"][0]["provider"] == holder[0]]
    points, spans = [], []
    for used, w in enumerate(own, 1):
        ends = [w["at"].replace("T11", "T09"), w["at"]]
        part = w["parts"][0]
        spans.append(
            {
                "window": w["window"],
                "from": ends[0],
                "to": ends[1],
                **{key: part[key] for key in ("state", "usable", "why", "pp")},
                "before": 7 * used - 7,
                "after": 7 * used,
            }
        )
        points += [
            {
                "window": w["window"],
                "phase": p,
                "at": at,
                "used": 7 * used - (7 if p == "before" else 0),
                "resets_at": "2026-03-08T18:00:00Z",
                "stale": None,
                "row": "ab",
            }
            for p, at in zip(("before", "after"), ends, strict=True)
        ]
    return {"provider": holder[0], "account": holder[1], "meter": "weekly",
            "points": sorted(points, key=lambda p: str(p["at"])),
            "spans": sorted(spans, key=lambda s: str(s["from"]))}  # fmt: skip


def overview(many: int = 18, **more: Any) -> dict[str, Any]:
    """The whole payload of `many` windows."""
    windows = [window(i, HOLDERS[i % 3]) for i in range(many)]
    return {
        "subject": "WEEK0", "rows": 180,
        "worked": {"from": "2026-03-02T11:00:00Z", "to": "2026-03-07T11:00:00Z"},
        "card": {
            "id": "4fee9dc1813d9fe5", "verdict": "HOLD", "rule": "week.hold",
            "reasons": ["codex against claude: ratio 2 [0.8, 4] holds 1"],
            "would_flip": ["2 more usable windows of codex"], "windows_needed": 2,
            "rules_sha256": "d" * 64, "tip": "4" * 40, "as_of": "2026-03-09T09:00:00Z",
            "tool": "gitledger 0.2.0", "world": {"proof": "intact"},
            "arms": [arm(name, rate) for name, _, rate in HOLDERS],
            "guardrails": [
                {"name": "cap_breach", "arm": "codex", "verdict": "pass", "why": "84 <= 90"}],
            "coverage": {"windows": 18, "usable": 15, "excluded": [
                {"window": "W0-03", "provider": "codex", "reason": "non-monotonic"}]},
            "votes": [],
        },
        "idle": [{"provider": "codex", "account": "work", "meter": "weekly", "idle_pp": 28,
                  "resets_at": "2026-03-08T18:00:00Z", "last_read": "2026-03-07T11:00:00Z",
                  "dollars": 9.7, "row": "ab"}],
        "lines": [{"arm": name, "merged": 100, "kept": 80, "gone": 12, "open": 8, "ranges": 6,
                   "unknown": []} for name, _, _ in HOLDERS],
        "survival": {"n": 6, "lines": 300, "method": "product-limit", "steps": [
            {"day": day, "share": 1 - day / 100, "low": 1 - day / 50, "high": 1.0, "at_risk": 300,
             "deaths": 3} for day in range(1, 15)]},
        "traces": [trace(holder, windows) for holder in HOLDERS],
        "steps": [{"arm": name, "meter": "weekly", "unit": "pp", "windows": [
            {"window": w["window"], "at": w["at"], "used": 7, "features": 2, "lasting": [2, 2]}
            for w in windows if w["parts"][0]["provider"] == name and w["parts"][0]["usable"]]}
            for name, _, _ in HOLDERS],
        "ceiling": {"total": 40, "rounds": 15, "reason": ""},
        "windows": windows,
        "cards": [{"id": "4fee9dc1813d9fe5", "subject": "WEEK0", "verdict": "HOLD", "row": "cd",
                   "votes": [{"voter": "bea", "vote": "go", "tier": 2, "message": "fine"}],
                   "overrides": [{"verdict": "GO", "reason": "we know better"}]}],
        **more,
    }  # fmt: skip


def page_of(many: int = 18, **more: Any) -> str:
    """The page of such a week."""
    return report_html(overview(many, **more), RECIPE)
