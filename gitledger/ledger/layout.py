"""Every path on the ledger branch, in one place. Pure: strings in, strings out.

A row stands at `ledgers/<ledger>/<hh>/<hh>/<time>-<id>.json`. The two `hh` are one sequential
bucket number in hex, about 256 rows each, which keeps an append O(1) however large the ledger
grows; the bucket has no meaning, and two writers may fill the same one.
"""

import re
from typing import NamedTuple

README = "README.md"
CONFIG = "gitledger.yaml"
RULES = "rules.yaml"
LEDGERS = "ledgers"
SCHEMA_FILE = "schema.yaml"
BUCKET_ROWS = 256
LAST_BUCKET = 0xFFFF
ROW_PATH = re.compile(
    r"ledgers/([a-z][a-z0-9-]*)/([0-9a-f]{2})/([0-9a-f]{2})/(\d{8}T\d{6}\.\d{6}Z)-([0-9a-f]{16})\.json\Z",
    re.ASCII,
)
# the same by parts, as trees name them: the folders down to a bucket, and a row's file
ROW_FOLDERS = tuple(
    re.compile(shape)
    for shape in (rb"ledgers\Z", rb"[a-z][a-z0-9-]*\Z", rb"[0-9a-f]{2}\Z", rb"[0-9a-f]{2}\Z")
)
ROW_NAME = re.compile(rb"\d{8}T\d{6}\.\d{6}Z-[0-9a-f]{16}\.json\Z")
SCHEMA_PATH = re.compile(r"ledgers/([a-z][a-z0-9-]*)/schema\.yaml\Z")


class RowPath(NamedTuple):
    """A row's place, taken apart: ledger, bucket number, recording time as printed, row id."""

    ledger: str
    bucket: int
    time: str
    id: str


def schema_path(ledger: str) -> str:
    """Where the definition in force of a ledger stands."""
    return f"{LEDGERS}/{ledger}/{SCHEMA_FILE}"


def row_file(recorded_at: str, row_id: str) -> str:
    """The file name of a row recorded at a canonical time (`2026-11-23T13:42:26.123456Z`)."""
    return f"{recorded_at.replace('-', '').replace(':', '')}-{row_id}.json"


def row_id(path: str) -> str:
    """The id that the name of a row file, as `row_file` gives it, holds."""
    return path[-21:-5]


def row_path(ledger: str, bucket: int, file: str) -> str:
    """The whole path of a row file in a bucket (0 to 65535)."""
    return f"{LEDGERS}/{ledger}/{bucket >> 8:02x}/{bucket & 0xFF:02x}/{file}"


def parse_row_path(path: str) -> RowPath | None:
    """A row path taken apart, or None when the path is not one."""
    match = ROW_PATH.match(path)
    if match is None:
        return None
    ledger, high, low, time, row_id = match.groups()
    return RowPath(ledger, int(high + low, 16), time, row_id)


def recorded_at(time: str) -> str:
    """The canonical time that a row's file name prints."""
    return f"{time[:4]}-{time[4:6]}-{time[6:11]}:{time[11:13]}:{time[13:]}"
