"""``tekc check``: check files without running them."""

from __future__ import annotations

import sys

from tekc.cli.console import colour, err, out
from tekc.cli.status import DONE, NOT_COMPILED, Usage
from tekc.cli.targets import find_root, given_root, targets, working_folder
from tekc.cli.version import version
from tekc.driver.cache import open_cache
from tekc.driver.checking import check_files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tekc.cli.commands import Line


OUTPUTS = ("text", "json", "sarif", "github")
"""How problems can be written."""


def check(line: Line) -> int:
    """Check files, show what is wrong, and return 3 where something is an error."""
    output = line.value("output", "text")
    if output not in OUTPUTS:
        from tekc.diagnostics.suggest import closest

        near = closest(output, OUTPUTS)
        raise Usage(f"`--output` takes {', '.join(OUTPUTS)}, not `{output}`", *([f"did you mean `{near}`?"] if near else []))
    root = given_root(line.value("root")) if line.flag("root") else find_root(working_folder(), working_folder())
    paths = targets(line.words, root)
    problems = check_files(paths, open_cache())
    if not problems and output == "text":
        err(f"{len(paths)} file{'' if len(paths) == 1 else 's'} checked, no problems\n")
        return DONE
    from tekc.diagnostics.render import render

    out("".join(render(problems, output, colour=colour(sys.stdout), version=version())))
    return NOT_COMPILED if any(one.severity == "error" for one in problems) else DONE
