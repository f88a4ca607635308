"""``tekc new``: a script, or a project with a script, a test and a ``tek.toml``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tekc.cli.console import err
from tekc.cli.status import DONE, FAILED, Usage

if TYPE_CHECKING:
    from tekc.cli.commands import Line

_SCRIPT = """\
#!/usr/bin/env -S tekc run
## Says hello; replace this with what your script does.

## Greets somebody. `tekc run {file} --help` shows the parameters.
task main(name: Str = "world") {{
    print(greeting(name))
}}

fn greeting(name: Str) -> Str => "hello {{name}}"

test "everybody is greeted by name" {{
    assert greeting("Ada") == "hello Ada"
}}
"""

_PROJECT = """\
[project]
name = "{name}"
version = "0.1.0"
tekc = ">={version}"
"""

_IGNORE = "/.tek/\n"


def new(line: Line) -> int:
    """Write the files of a new script or project; nothing that is there is touched."""
    name = line.words[0]
    if name.endswith(".tek"):
        return _write({name: _SCRIPT.format(file=os.path.basename(name))}, executable=name) or _done(name, name)
    base = os.path.basename(os.path.abspath(name))
    if not base or base.startswith("."):
        raise Usage(f"`{name}` is no name for a project")
    if os.path.lexists(name) and (not os.path.isdir(name) or os.listdir(name)):
        raise Usage(f"`{name}` is there already", "choose another name, or an empty folder")
    from tekc.cli.version import version

    main = os.path.join(name, "main.tek")
    files = {
        main: _SCRIPT.format(file="main.tek"),
        os.path.join(name, "tek.toml"): _PROJECT.format(name=base.replace("\\", "\\\\").replace('"', '\\"'), version=version()),
        os.path.join(name, ".gitignore"): _IGNORE,
    }
    return _write(files, executable=main) or _done(name, main)


def _write(files: dict[str, str], executable: str) -> int:
    for path, text in files.items():
        try:
            os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
            with open(path, "x", encoding="utf-8") as file:
                file.write(text)
            if path == executable:
                os.chmod(path, os.stat(path).st_mode | 0o111)
        except FileExistsError:
            raise Usage(f"`{path}` is there already", "choose another name") from None
        except (OSError, ValueError) as error:
            err(f"error: `{path}` cannot be written: {getattr(error, 'strerror', None) or error}\n")
            return FAILED
    return DONE


def _done(made: str, main: str) -> int:
    err(f"made {made}; run it with: tekc run {main}\n")
    return DONE
