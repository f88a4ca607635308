"""Break good programs and see that the compiler answers each with diagnostics: ``python -m tests.fuzz --count 100000``.

Each program has a seed of its own, so a finding is repeated by ``--seed N --count 1 --show``.  With ``--state FILE`` a run that
was stopped goes on where it was.  A finding is an internal error, or a program that takes longer than ``--limit`` seconds.
Exit status 0 when nothing was found, else 1.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path
from types import FrameType

from tests.fuzz.mutate import corpus, mutate

ROOT = Path(__file__).parents[2]


class Hang(BaseException):
    """A program took too long; no handler of the compiler may take it."""


def _too_long(_signal: int, _frame: FrameType | None) -> None:
    raise Hang


def compile_text(text: str) -> int:
    """Check ``text`` as ``main.tek`` of the current folder, and lower it where it has no error; return how many problems it has."""
    from tekc.check import check_program
    from tekc.diagnostics.render import render
    from tekc.driver.files import Files
    from tekc.driver.modules import Modules
    from tekc.lower import lower_program

    class Memory(Files):
        """The one file."""

        def fetch(self, path: str) -> bytes:
            return text.encode("utf-8", "surrogatepass") if path == "main.tek" else super().fetch(path)

        def is_there(self, path: str) -> bool:
            return path == "main.tek" or super().is_there(path)

    problems: list[object] = []
    modules = Modules(Memory(), problems.append)
    checked = check_program(modules, [modules.main("main.tek")], problems.append)
    for _ in render(problems):  # type: ignore[arg-type]  # whatever was reported must be possible to draw
        pass
    if not any(one.severity == "error" for one in problems):  # type: ignore[attr-defined]
        lower_program(checked)
    return len(problems)


def _state(path: str | None, seed: int) -> tuple[int, int]:
    if path and os.path.exists(path):
        kept = json.loads(Path(path).read_text())
        return kept["next"], kept["found"]
    return seed, 0


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100_000, help="how many programs")
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--state", help="a file to keep the place in")
    parser.add_argument("--limit", type=float, default=5.0, help="seconds a program may take")
    parser.add_argument("--show", action="store_true", help="print the programs")
    options = parser.parse_args()
    texts = corpus(ROOT)
    at, found = _state(options.state, options.seed)
    end = options.seed + options.count
    signal.signal(signal.SIGALRM, _too_long)
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for seed in range(at, end):
            found += not _one(texts, seed, options.limit, options.show)
            if seed % 1000 == 999:
                print(f"{seed + 1 - at} programs, {found} findings, {time.monotonic() - start:.0f} s", flush=True)
                if options.state:
                    Path(options.state).write_text(json.dumps({"next": seed + 1, "found": found}))
    print(f"{end - at} programs, {found} findings")
    return 1 if found else 0


def _one(texts: list[str], seed: int, limit: float, show: bool) -> bool:
    """Compile the program of ``seed``; return whether all was well, else say what was not."""
    text = mutate(texts, seed)
    if show:
        print(text)
    signal.setitimer(signal.ITIMER_REAL, limit)
    try:
        compile_text(text)
    except Hang:
        print(f"seed {seed}: longer than {limit} s", flush=True)
        return False
    except Exception as error:  # noqa: BLE001  # an exception of any kind is what is looked for
        where = traceback.extract_tb(error.__traceback__)[-1]
        print(f"seed {seed}: {type(error).__name__}: {str(error)[:120]} at {where.filename}:{where.lineno}", flush=True)
        return False
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return True


if __name__ == "__main__":
    sys.exit(main())
