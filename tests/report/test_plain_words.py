"""Sentences that cards and rows hold, as people read them."""

from gitledger.measure.churnpool import CLUMPS
from gitledger.report.figures import in_plain_words


def test_why_churn_has_no_interval_is_told_without_the_word_of_the_trade() -> None:
    """The stored sentence is the one that the renderer knows."""
    assert "no interval: lines are removed in groups" in in_plain_words(CLUMPS)


def test_any_other_sentence_is_told_as_it_is() -> None:
    """What nobody translates stays."""
    assert in_plain_words("no line was merged") == "no line was merged"
