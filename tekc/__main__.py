"""The entry point of ``tekc``, and the first step of the warm path: nothing heavy is imported here."""

from __future__ import annotations

import sys


def main(words: list[str] | None = None) -> int:
    """Run the command line `words` (those of the process where None) and return the exit status."""
    from tekc.cli import status as ends
    from tekc.cli.console import close_quietly, hush

    line = sys.argv[1:] if words is None else words
    try:
        status = _command(line)
    except ends.Usage as mistake:
        status = _mistake(mistake)
    except ends.Stop as stop:
        status = stop.status
    except KeyboardInterrupt:
        status = ends.INTERRUPTED
    except BrokenPipeError:
        hush()
        status = ends.FAILED
    except MemoryError:
        from tekc.cli.console import err

        err("error: there is not enough memory\n")
        status = ends.SPENT
    except Exception as bug:  # noqa: BLE001  # whatever it is, it is ours: it must not look like the user's mistake
        from tekc.cli.bug import report_bug

        status = report_bug(bug, line)
    if not close_quietly() and status == ends.DONE:
        status = ends.FAILED
    return status


def _command(line: list[str]) -> int:
    if line and line[0] == "run":
        from tekc.cli.run import run

        return run(line[1:])
    from tekc.cli.commands import dispatch

    return dispatch(line)


def _mistake(mistake: Exception) -> int:
    from tekc.cli.console import err
    from tekc.cli.status import USAGE, Usage
    from tekc.diagnostics.render_chars import safe

    if isinstance(mistake, Usage):
        err(f"error: {safe(mistake.message)}\n" + "".join(f"  help: {safe(hint)}\n" for hint in mistake.hints))
    return USAGE


if __name__ == "__main__":
    sys.exit(main())
