"""Write the JSON Schemas of the ABI into a folder: ``python -m tekrt.abi.write_schemas schemas``."""

from __future__ import annotations

import json
import sys

from tekrt.abi import RECORDS
from tekrt.abi.schema import schema


def main(folder: str) -> None:
    """Write one file a record."""
    for name, record in RECORDS.items():
        with open(f"{folder}/{name.lower()}.json", "w", encoding="utf-8") as out:
            out.write(json.dumps(schema(record), indent=2) + "\n")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "schemas")
