"""The table of a lake: its columns and their types. Depends on nothing.

One row is one provider's part of one window. Numbers are decimals, so that no order of adding
changes a digit; a day is the whole number 20261129, so that every engine compares it alike.
`x` and `y` are what enters features per point (successful features, points used), null where the
window does not enter; `lasting_x` (at least), `lasting_most_x` and `lasting_y` the same of lasting
features. The columns of `CHAINS` tell what the windows before were: one, two and three places
earlier in the order of time, and the squared steps that cancel with the window that it follows.
"""

SCHEMA = 1  # of the columns; a lake of another one is not read
FOLD = 1  # of how windows become rows; an older one is collected anew
FEATURES = "decimal(5,0)"
POINTS = "decimal(9,4)"
LASTING = "decimal(9,6)"
SQUARES = "decimal(18,8)"  # of steps, up to 100 points each
DOLLARS = "decimal(12,6)"
TEXT, DAY, COUNT, MOMENT = "text", "day", "count", "moment"
LARGEST = {FEATURES: 10**5, POINTS: 10**5, LASTING: 10**3, SQUARES: 10**10, DOLLARS: 10**6}

# what a chain is made of: usable windows, or those of which is known what lasts; all of a provider,
# or those of one methodology (m_)
CHAINS = ("prev", "lasting_prev", "m_prev", "m_lasting_prev")
LAGS = (1, 2, 3)

PLAIN: dict[str, str] = {
    "repo": TEXT,
    "repo_name": TEXT,
    "team": TEXT,
    "tip": TEXT,
    "window_id": TEXT,
    "provider": TEXT,
    "accounts": TEXT,
    "meter": TEXT,
    "unit": TEXT,
    "plan": DOLLARS,
    "state": TEXT,
    "why": TEXT,
    "lasting_why": TEXT,
    "before_pp": POINTS,
    "after_pp": POINTS,
    "capacity": POINTS,
    "rounding": TEXT,
    "step_before": POINTS,
    "step_after": POINTS,
    "follows": TEXT,
    "rule": TEXT,
    "features": FEATURES,
    "successes": FEATURES,
    "quality": POINTS,
    "outcome": TEXT,
    "methodology": TEXT,
    "cls": POINTS,
    "impf": POINTS,
    "started_at": MOMENT,
    "ended_at": MOMENT,
    "day": DAY,
    "commits": COUNT,
    "files_changed": COUNT,
    "insertions": COUNT,
    "deletions": COUNT,
    "net": COUNT,
    "churn_14d": LASTING,
    "churn_state": TEXT,
    "evidence_pass": COUNT,
    "evidence_fail": COUNT,
    "anomalies": COUNT,
    "errors": COUNT,
    "cost_usd": DOLLARS,
    "tokens": COUNT,
    "x": FEATURES,
    "y": POINTS,
    "steps": SQUARES,
    "lasting_x": LASTING,
    "lasting_most_x": LASTING,
    "lasting_y": POINTS,
    "lasting_squares": LASTING,
    "lasting_most_squares": LASTING,
}


def neighbour_columns(chain: str, lag: int) -> dict[str, str]:
    """The columns that tell what an earlier window of a chain was: its day, its x, its y."""
    stem, lasting = f"{chain}{lag}", "lasting" in chain
    xs = {f"{stem}_x": LASTING, f"{stem}_most_x": LASTING} if lasting else {f"{stem}_x": FEATURES}
    return {f"{stem}_day": DAY, **xs, f"{stem}_y": POINTS}


def chain_columns(chain: str) -> dict[str, str]:
    """The columns of one chain: neighbours by lag, and the steps that cancel."""
    found: dict[str, str] = {}
    for lag in LAGS:
        found |= neighbour_columns(chain, lag)
    return found | {f"{chain}_chain_day": DAY, f"{chain}_chain_steps": SQUARES}


COLUMNS: dict[str, str] = PLAIN | {
    name: kind for chain in CHAINS for name, kind in chain_columns(chain).items()
}
