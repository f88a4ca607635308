"""Records that an earlier version wrote still read.  The files in ``frozen/`` are never changed; a new version adds a folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tekrt.abi import ABI_VERSION, RECORDS, Envelope, Outcome, Permit, Run
from tekrt.abi.schema import schema
from tekrt.kernel.ledger_chain import Anchor, check, plain

FROZEN = Path(__file__).parent / "frozen"
HEAD = "4c1d5462912d742def14e429af14a5af9b2f8752b3e0f456b55b5cd6466c5657"
CASES = [
    (version.name, path.stem, form) for version in sorted(FROZEN.iterdir()) for path in sorted(version.glob("*.json")) for form in ("whole", "least")
]  # fmt: skip
CLASSES = {name.lower(): record for name, record in RECORDS.items()}


def test_every_record_of_this_version_is_frozen() -> None:
    assert {name for version, name, _ in CASES if version == str(ABI_VERSION)} == set(CLASSES)


@pytest.mark.parametrize(("version", "name", "form"), CASES)
def test_it_still_reads_and_says_the_same(version: str, name: str, form: str) -> None:
    data = json.loads((FROZEN / version / f"{name}.json").read_text())[form]
    record = CLASSES[name].from_plain(data)
    written = record.as_plain()
    assert {field: written[field] for field in data} == data
    assert CLASSES[name].from_plain(written) == record


@pytest.mark.parametrize(("version", "name", "form"), CASES)
def test_it_is_what_the_schema_of_today_describes(version: str, name: str, form: str) -> None:
    data = json.loads((FROZEN / version / f"{name}.json").read_text())[form]
    made = schema(CLASSES[name])
    assert_fits(data, made, made.get("$defs", {}))


def assert_fits(data: Any, described: dict[str, Any], defined: dict[str, Any]) -> None:
    """Check data against the part of JSON Schema that ours use."""
    if "$ref" in described:
        described = defined[described["$ref"].rpartition("/")[2]]
    if "anyOf" in described:
        if data is not None:
            assert_fits(data, described["anyOf"][0], defined)
        return
    kinds = {"integer": int, "string": str, "number": (int, float), "array": list, "object": dict}
    assert isinstance(data, kinds[described["type"]])
    if isinstance(data, list):
        for item in data:
            assert_fits(item, described["items"], defined)
    if isinstance(data, dict) and "properties" in described:
        assert set(described["required"]) <= set(data)
        for name, value in data.items():
            assert_fits(value, described["properties"][name], defined)


def test_a_ledger_still_verifies_and_its_records_read() -> None:
    lines = (FROZEN / "1" / "ledger.jsonl").read_bytes().splitlines(keepends=True)
    records = [plain(text) for text in lines]
    run = Run.from_plain(records[0]["run"])
    found = check(lines, run.name, Anchor(9, HEAD, True))
    assert (found.problem, found.records, found.closed) == ("", 9, True)
    begun = [Envelope.from_plain(one) for one in records if one["record"] == "begin"]
    ended = [Outcome.from_plain(one) for one in records if one["record"] == "end"]
    assert [one.detail for one in begun] == ["append_text", "read_text", "write_text"]
    assert [one.count for one in ended] == [5, 1, 1]
    assert Permit.from_plain(records[1]["permit"]).layers[1].why == "task main"
