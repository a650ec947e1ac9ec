"""The shipped ledgers of evidence, work and decisions: sound, and with the seed plan's headers."""

from pathlib import Path

import pytest

from gitledger.ledger.schema import check, parse_schema
from gitledger.ledger.yamltext import load

FOLDER = Path(__file__).resolve().parents[2] / "ledgers"
HEADERS = {
    "features": "date,window_id,provider,feature_file,scenario,commit_id,notes,baseline_commit,"
    "implementation_commit,docs_commit,lines_added,lines_removed",
    "tokens": "date,session_id,task,tokens_planned,tokens_actual,delta,commits,lines_added,"
    "lines_deleted,features_added,tests_added,notes",
    "evidence": "window_id,capability_id,test_run_id,runner,result,artifacts_path,artifact_hash,"
    "notes",
    "capabilities": "capability_id,name,type,weight,acceptance_path,criticality,owner",
    "experiments": "experiment_id,hypothesis_id,window_id,metric_name,n,baseline,observed,delta,"
    "ci_lo,ci_hi,p_value,decision,notes",
}
KEYS = {
    "evidence": ("test_run_id",),
    "capabilities": ("capability",),
    "votes": ("card", "voter"),
    "telemetry": ("event_sha256",),
    "usage": ("source_sha256", "scope", "provider"),
    "decisions": ("card", "override"),
    "tokens": (),
    "anomalies": (),
}


def schema(name):
    """A shipped definition, parsed."""
    content, problems = load((FOLDER / f"{name}.yaml").read_text(), name)
    made, found = parse_schema(content, name)
    assert [*problems, *found] == []
    return made


@pytest.mark.parametrize("name", sorted({*HEADERS, *KEYS}))
def test_a_definition_is_sound_and_titled(name):
    """Every shipped definition parses without a problem and says what a row is."""
    made = schema(name)
    assert made.ledger == name
    assert made.title


@pytest.mark.parametrize("name", HEADERS)
def test_the_export_header_is_the_seed_plans(name):
    """The CSV header, word for word and in order."""
    assert ",".join(header for header, _ in schema(name).csv) == HEADERS[name]


@pytest.mark.parametrize("name", KEYS)
def test_the_natural_key_is_the_formats(name):
    """What makes two rows the same fact."""
    assert schema(name).key == KEYS[name]


@pytest.mark.parametrize(
    ("name", "values", "column"),
    [
        ("evidence", {"window": "w", "test_run_id": "t", "runner": "r", "result": "ok"}, "result"),
        ("telemetry", {"event_sha256": "a" * 64, "input_tokens": -1}, "input_tokens"),
        ("votes", {"card": "c", "voter": "v", "vote": "maybe"}, "vote"),
        ("tokens", {"checkpoint": "end"}, "checkpoint"),
        ("experiments", {"experiment": "e", "metric": "m", "p_value": 1.5}, "p_value"),
    ],
)
def test_a_wrong_value_is_named_by_its_column(name, values, column):
    """One problem, at that column."""
    _, problems = check(values, schema(name))
    assert [p.where for p in problems] == [f"column {column}"]
