"""What is found on a machine when no text is given: the newest reading, or every place searched."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from drawn_texts import codex_rollout_line

from gitledger.capture.local import Machine, freshest
from gitledger.capture.source import Given, parsed_at
from gitledger.capture.tail import lines_from_end
from gitledger.demo.panes import SampleMeter, zai_quota
from gitledger.errors import NoMeter
from gitledger.meters import registry
from gitledger.meters.problems import codes

NOW = datetime(2026, 3, 3, 20, 0, tzinfo=UTC)


def machine(home: Path, **environment: str) -> Machine:
    """A machine with that home and nothing else known."""
    return Machine(home, environment, NOW)


def rollout(root: Path, name: str, used: int, *, at: datetime, after: str = "") -> Path:
    """A session file with one reading, last changed at that time."""
    path = root / "sessions/2026/03/03" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    meters = (SampleMeter(300, used, at + timedelta(hours=2)), SampleMeter(10080, 9))
    path.write_text(f'{{"type":"session_meta"}}\n{codex_rollout_line(meters, at=at)}\n{after}')
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def used_of(home: Machine, provider: str) -> object:
    """The first percent of the freshest text."""
    found = freshest(provider, home)
    return registry.parse(found.source, found.text, at=NOW, tz=UTC).readings[0].used_pct


def test_newest_rollout_wins(tmp_path: Path) -> None:
    """Of several session files the one with the newest reading counts."""
    for number in range(3):
        rollout(tmp_path / ".codex", f"r{number}.jsonl", number, at=NOW + timedelta(hours=number))
    assert used_of(machine(tmp_path), "codex") == 2


def test_null_windows_do_not_hide_a_reading(tmp_path: Path) -> None:
    """A later line with null windows, and one still being written, are passed over."""
    empty = {"limit_id": "premium", "primary": None, "secondary": None}
    late = json.dumps({"type": "event_msg", "payload": {"rate_limits": empty}})
    rollout(
        tmp_path / ".codex", "r.jsonl", 41, at=NOW, after=f'{late}\n{{"payload":{{"rate_limits":'
    )
    assert used_of(machine(tmp_path), "codex") == 41


def test_newer_file_without_reading(tmp_path: Path) -> None:
    """The newest file may hold nothing; the one before it counts then."""
    rollout(tmp_path / ".codex", "old.jsonl", 7, at=NOW)
    path = rollout(tmp_path / ".codex", "new.jsonl", 8, at=NOW + timedelta(hours=1))
    path.write_text('{"type":"session_meta"}\n')
    assert used_of(machine(tmp_path), "codex") == 7


def test_codex_home_is_honoured(tmp_path: Path) -> None:
    """CODEX_HOME names the folder."""
    rollout(tmp_path / "elsewhere", "r.jsonl", 3, at=NOW)
    there = machine(tmp_path, CODEX_HOME=str(tmp_path / "elsewhere"))
    assert used_of(there, "codex") == 3


def test_only_the_line_with_figures_is_kept(tmp_path: Path) -> None:
    """No other line of a session file leaves it."""
    path = rollout(tmp_path / ".codex", "r.jsonl", 3, at=NOW, after='{"text":"secret"}\n')
    found = freshest("codex", machine(tmp_path))
    assert "secret" not in found.text
    assert str(path) == found.place


def test_two_pools_of_one_file(tmp_path: Path) -> None:
    """When the newest line is another pool's, the main pool's newest line comes along."""
    spark = codex_rollout_line((SampleMeter(300, 80),), at=NOW).replace(
        '"limit_id": "codex", "limit_name": null',
        '"limit_id": "codex_x", "limit_name": "Spark"',
    )
    rollout(tmp_path / ".codex", "r.jsonl", 3, at=NOW, after=spark + "\n")
    found = freshest("codex", machine(tmp_path))
    parsed = registry.parse("codex", found.text, at=NOW, tz=UTC)
    assert {"default", "spark"} == {reading.bucket for reading in parsed.readings}


def transcript(home: Path, percent: int, *, at: datetime) -> None:
    """A Claude session file with a usage report."""
    limits = [{"kind": "session", "percent": percent}, {"kind": "weekly_all", "percent": 1}]
    path = home / ".claude/projects/-x/s.jsonl"
    path.parent.mkdir(parents=True)
    report = {"rate_limits": {"limits": limits}}
    stamp = at.isoformat().replace("+00:00", "Z")
    row = {"type": "system", "sessionId": "s", "timestamp": stamp, "usageReport": report}
    path.write_text(json.dumps(row) + '\n{"type":"assistant","sessionId":"s"}\n')
    os.utime(path, (at.timestamp(), at.timestamp()))


def capture(home: Path, percent: int, *, at: datetime) -> Path:
    """A status line capture."""
    window = {"used_percentage": percent, "resets_at": int(NOW.timestamp()) + 3600}
    path = home / "statusline.json"
    path.write_text(json.dumps({"rate_limits": {"five_hour": window, "seven_day": window}}))
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def test_claude_transcript(tmp_path: Path) -> None:
    """Without a status line the newest usage report counts."""
    transcript(tmp_path, 33, at=NOW)
    assert used_of(machine(tmp_path), "claude") == 33


@pytest.mark.parametrize(("minutes", "used"), [(-5, 33), (5, 12)])
def test_claude_newest_of_both(tmp_path: Path, minutes: int, used: int) -> None:
    """Of capture and report the newer one counts."""
    transcript(tmp_path, 33, at=NOW)
    path = capture(tmp_path, 12, at=NOW + timedelta(minutes=minutes))
    assert used_of(Machine(tmp_path, {}, NOW, captures=(path,)), "claude") == used


def test_capture_knows_its_time(tmp_path: Path) -> None:
    """The time that a capture carries wins over the file's."""
    path = capture(tmp_path, 12, at=NOW)
    stored = json.loads(path.read_text()) | {"captured_at": "2026-03-03T19:58:07Z"}
    path.write_text(json.dumps(stored))
    found = freshest("claude", Machine(tmp_path, {}, NOW, captures=(path,)))
    assert found.written_at == datetime(2026, 3, 3, 19, 58, 7, tzinfo=UTC)


def settings(path: Path, percent: int, *, at: datetime) -> None:
    """Claude's settings with its copy of the usage, fetched at that time."""
    windows = {"five_hour": {"utilization": percent, "resets_at": None}, "seven_day": None}
    kept = {"fetchedAtMs": int(at.timestamp() * 1000), "utilization": windows}
    path.parent.mkdir(parents=True, exist_ok=True)
    secret = {"oauthAccount": {"emailAddress": "ada@example.org"}, "numStartups": 9}
    path.write_text(json.dumps(secret | {"cachedUsageUtilization": kept | {"accountUuid": "u-1"}}))


def test_claude_settings_keep_the_usage(tmp_path: Path) -> None:
    """`~/.claude.json` is a source at the time of its fetch, and nothing else of it is taken."""
    settings(tmp_path / ".claude.json", 25, at=NOW - timedelta(minutes=9))
    found = freshest("claude", machine(tmp_path))
    assert used_of(machine(tmp_path), "claude") == 25
    assert found.written_at == NOW - timedelta(minutes=9)
    assert not {"ada@example.org", "u-1", "numStartups"} & set(found.text.replace('"', " ").split())
    transcript(tmp_path, 31, at=NOW - timedelta(minutes=3))
    assert used_of(machine(tmp_path), "claude") == 31


def test_claude_settings_of_another_folder(tmp_path: Path) -> None:
    """CLAUDE_CONFIG_DIR moves the settings too."""
    settings(tmp_path / "work/.claude.json", 40, at=NOW)
    assert used_of(machine(tmp_path, CLAUDE_CONFIG_DIR=str(tmp_path / "work")), "claude") == 40


@pytest.mark.parametrize(("minutes", "told"), [(59, ()), (61, ("old-reading",))])
def test_an_old_local_reading_is_reported(tmp_path: Path, minutes: int, told: tuple[str]) -> None:
    """A reading fetched more than an hour before it is used is a problem, whatever its feed."""
    rollout(tmp_path / ".codex", "r.jsonl", 30, at=NOW - timedelta(minutes=minutes))
    found = freshest("codex", machine(tmp_path))
    given = Given(found.text, found.source, found.place, found.written_at)
    parsed = parsed_at(given, at=NOW, zone=UTC)
    assert codes(parsed.problems) == told
    assert {problem.severity for problem in parsed.problems} <= {"error"}


def test_a_text_that_is_given_has_no_age(tmp_path: Path) -> None:
    """Only local readings are tested: a text that is handed over says when with --at."""
    path = rollout(tmp_path / ".codex", "r.jsonl", 30, at=NOW - timedelta(hours=9))
    given = Given(path.read_text(), "codex-rollout", str(path))
    assert codes(parsed_at(given, at=NOW, zone=UTC).problems) == ()


def test_quota_file(tmp_path: Path) -> None:
    """GLM reads the file that the environment names."""
    (tmp_path / "quota.json").write_text(zai_quota((SampleMeter(300, 21),)))
    there = machine(tmp_path, GITLEDGER_GLM_QUOTA=str(tmp_path / "quota.json"))
    assert used_of(there, "glm") == 21


def test_quota_command(tmp_path: Path) -> None:
    """GLM runs the user's own command."""
    (tmp_path / "quota.json").write_text(zai_quota((SampleMeter(10080, 22),)))
    there = Machine(tmp_path, {}, NOW, quota_command=f"cat {tmp_path}/quota.json")
    assert used_of(there, "glm") == 22


@pytest.mark.parametrize(
    ("provider", "places"),
    [
        ("codex", (".codex/sessions", ".codex/archived_sessions")),
        ("claude", (".claude.json", ".claude/projects", ".config/claude/projects")),
        ("glm", ("GITLEDGER_GLM_QUOTA", "GITLEDGER_GLM_COMMAND")),
        ("gemini", ("gemini",)),
    ],
)
def test_nothing_found(tmp_path: Path, provider: str, places: tuple[str, ...]) -> None:
    """The refusal lists every place that was searched."""
    with pytest.raises(NoMeter) as refusal:
        freshest(provider, machine(tmp_path))
    searched = [problem.where for problem in refusal.value.problems]
    assert len(searched) == len(places)
    assert all(name.endswith(place) for name, place in zip(searched, places, strict=True))


def test_files_without_reading_are_counted(tmp_path: Path) -> None:
    """Files that were looked at in vain are named as such."""
    path = rollout(tmp_path / ".codex", "r.jsonl", 1, at=NOW)
    path.write_text("{}\n")
    with pytest.raises(NoMeter, match="codex") as refusal:
        freshest("codex", machine(tmp_path))
    told = " ".join(map(str, refusal.value.problems))
    assert "1 of 1 file, none holds a limit" in told


@pytest.mark.parametrize("size", [10, 70_000, 300_000])
def test_lines_from_end(tmp_path: Path, size: int) -> None:
    """Lines come last first, whole, however long they and their neighbours are."""
    path = tmp_path / "log"
    lines = [f"word {n} " + "x" * size for n in range(5)]
    path.write_text("\n".join(f"{line}\n{'y' * size}" for line in lines))
    assert lines[::-1] == list(lines_from_end(path, b"word"))


def test_lines_from_end_is_bounded(tmp_path: Path) -> None:
    """Beyond the limit nothing is read."""
    path = tmp_path / "log"
    path.write_text("word\n" + "y" * 200_000 + "\n")
    assert list(lines_from_end(path, b"word", limit=1000)) == []
