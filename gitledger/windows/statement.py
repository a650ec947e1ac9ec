"""What `complete` is told, checked as a whole: every word that cannot be read is named at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from gitledger.errors import Problem, UsageError
from gitledger.ledger.automatic import BY, is_automatic
from gitledger.ledger.redaction import label
from gitledger.windows.snapshot import NO_ACCOUNT

CATEGORIES = ("guidance", "intervention", "validation")
OUTCOMES = ("pass", "partial", "fail")
RUBRIC = ("1", "2", "3", "4", "5")


@dataclass(frozen=True, slots=True)
class Completion:
    """The options of `complete` as typed; "" is not given.

    `features` are `P=N` words; `impf` are minutes a feature and `minutes` those of the whole
    window, as numbers or `CATEGORY=MIN` words.
    """

    features: tuple[str, ...] = ()
    quality: str = ""
    rubric: str = ""
    outcome: str = ""
    cls: str = ""
    impf: tuple[str, ...] = ()
    minutes: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)


def stated_values(given: Completion) -> dict[str, Any]:
    """The columns that the options state. Raises UsageError with every problem of them.

    Features that are not stated are absent: they are counted, or those of an amended row stay.
    """
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    if given.features:
        values["features"] = _features(given.features, problems)
    quality, rubric = _quality(given, problems)
    values |= {"quality": quality, "rubric": rubric}
    values["outcome"] = _outcome(given.outcome, problems)
    values["cls"] = _number("--cls", given.cls, problems)
    values |= _minutes("impf", given.impf, problems) | _minutes("minutes", given.minutes, problems)
    if given.impf and given.minutes:
        what = "minutes of the window or minutes a feature, not both"
        problems.append(Problem("--minutes and --impf", what, "--minutes 40 is the whole window's"))
    if problems:
        raise UsageError("nothing was recorded", problems=problems)
    known = {name: value for name, value in values.items() if value is not None}
    return known | {name: text for name, text in given.texts.items() if text}


# columns of a count of features
COUNTED = {"features", "feature_rule", "counted", "left_out"}
# columns that one option replaces together
TOGETHER = (
    {"quality", "rubric"},
    {"impf", "impf_categories", "minutes", "minutes_categories"},
    {"commit_start", "commit_end", "range_stated", "runs"},
    COUNTED,
)
NOT_KEPT = {"window", "finalised_at", "deltas", "reason", BY}


def amend_statement(before: Mapping[str, Any], stated: Mapping[str, Any]) -> dict[str, Any]:
    """A statement that replaces another: what it does not name stays as it was stated before.

    Features that were counted are replaced as a whole: a sum of both would follow no rule.
    """
    named = set(stated)
    dropped = NOT_KEPT.union(*(group for group in TOGETHER if group & named))
    kept = {name: value for name, value in before.items() if name not in dropped}
    told = {**kept, **stated}
    typed = "feature_rule" not in before and not is_automatic(before)
    if "features" in before and "features" in stated and typed:
        told["features"] = _merged(before["features"], stated["features"])
    return told


def of_accounts_read(
    stated: Mapping[str, Any], holders: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """The statement with each provider's features put to the account that has readings.

    Raises UsageError for a provider of which several named accounts have readings and none is
    said.
    """
    if "features" not in stated:
        return dict(stated)
    counts = [dict(part) for part in stated["features"]]
    told = {(part["provider"], part["account"]) for part in counts}
    for part in counts:
        provider = part["provider"]
        named = [account for of, account in holders if of == provider]
        if part["account"] != NO_ACCOUNT or NO_ACCOUNT in named or not named:
            continue
        if len(named) > 1:
            listed = " and ".join(f"{provider}/{account}" for account in named)
            example = " ".join(f"--features {provider}/{account}=N" for account in named)
            raise UsageError(f"which account delivered? readings are of {listed}", example)
        if (provider, named[0]) not in told:
            part["account"] = named[0]
    return {**stated, "features": counts}


def _merged(before: Any, stated: Any) -> list[dict[str, Any]]:
    """Features by provider and account: the ones named anew replace theirs, the others stay."""
    counts = {(f["provider"], f.get("account", NO_ACCOUNT)): dict(f) for f in (*before, *stated)}
    return list(counts.values())


def _features(words: tuple[str, ...], problems: list[Problem]) -> list[dict[str, Any]]:
    """`P=N` or `P/ACCOUNT=N` words as maps; each provider account once."""
    found: dict[tuple[str, str], int] = {}
    for word in words:
        holder, sign, text = word.partition("=")
        provider, _, account = label(holder.strip()).partition("/")
        where = f"--features {word}"
        if not sign or not provider:
            problems.append(Problem(where, "is not PROVIDER=N", "--features codex=3"))
        elif not text.strip().isascii() or not text.strip().isdigit():
            problems.append(Problem(where, "features are whole numbers of 0 or more", "count them"))
        elif (provider, account) in found:
            problems.append(Problem(where, f"{holder} is given twice", "give each provider once"))
        else:
            found[provider, account] = int(text)
    return [
        {"provider": provider, "account": account or NO_ACCOUNT, "features": count}
        for (provider, account), count in found.items()
    ]


def _quality(given: Completion, problems: list[Problem]) -> tuple[Decimal | None, int | None]:
    """Quality as a share: typed, or (n - 1) / 4 of a rubric of 1 to 5, which is kept as well."""
    if given.quality and given.rubric:
        what = "give the share or the rubric, not both"
        problems.append(Problem("--quality and --rubric", what, "--rubric 4 is --quality 0.75"))
        return None, None
    if given.rubric:
        if given.rubric not in RUBRIC:
            what = "a rubric is 1, 2, 3, 4 or 5"
            problems.append(Problem(f"--rubric {given.rubric}", what, "1 is poor, 5 excellent"))
            return None, None
        return Decimal(int(given.rubric) - 1) / 4, int(given.rubric)
    share = _number("--quality", given.quality, problems)
    if share is not None and not 0 <= share <= 1:
        hint = "a grade of 1 to 5 is --rubric N" if 1 < share <= 5 else "0.8 is good, 1 perfect"
        where = f"--quality {given.quality}"
        problems.append(Problem(where, "quality is a number from 0 to 1, for example 0.8", hint))
        return None, None
    return share, None


def _minutes(column: str, words: tuple[str, ...], problems: list[Problem]) -> dict[str, Any]:
    """Human minutes, a total, its categories, or both; categories add up to a total."""
    found: dict[str, Decimal] = {}
    for word in words:
        category, sign, text = word.rpartition("=")
        where = f"--{column} {word}"
        if sign and category not in CATEGORIES:
            hint = f"one of: {', '.join(CATEGORIES)}"
            problems.append(Problem(where, f"no category {category!r}", hint))
        elif category in found:
            problems.append(Problem(where, f"{category or 'the total'} is given twice", "once"))
        minutes = _number(f"--{column}", text, problems, least=Decimal(0))
        if minutes is not None:
            found[category] = minutes
    total = found.pop("", None)
    parts = sum(found.values(), Decimal(0))
    if total is not None and parts > total:
        what = f"the categories add up to {parts}, more than {total}"
        problems.append(Problem(f"--{column}", what, "the total holds all of them"))
    known: dict[str, Any] = {column: parts if total is None and found else total}
    return known | {f"{column}_categories": dict(sorted(found.items()))} if found else known


def _outcome(word: str, problems: list[Problem]) -> str | None:
    if word and word not in OUTCOMES:
        where, hint = f"--outcome {word}", f"one of: {', '.join(OUTCOMES)}"
        problems.append(Problem(where, "no such outcome", hint))
    return word or None


def _number(
    option: str, text: str, problems: list[Problem], *, least: Decimal | None = None
) -> Decimal | None:
    """A typed number; None when it was not given or, with a problem noted, cannot be read."""
    if not text:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or (least is not None and number < least):
        what = "is not a number" + ("" if least is None else f" of {least} or more")
        problems.append(Problem(f"{option} {text}", what, f"{option} 0.5"))
        return None
    return number
