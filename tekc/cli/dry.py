"""``tekc run --dry-run``: what would run and what it may touch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tekc.cli.console import out
from tekc.cli.grants import plain_words
from tekc.diagnostics.render_chars import safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tekc.cli.grants import Wanted
    from tekrt.ir import TaskInfo


def dry_run(
    file: str, name: str, task: TaskInfo, values: Sequence[Any], wanted: Sequence[Wanted], lacking: Sequence[Wanted],
    later: Sequence[tuple[str, str, int]], root: str,
) -> None:  # fmt: skip
    """Print the task with its arguments, its manifest in plain words, and what is not granted yet."""
    from tekrt.values.show import literal

    lines = [f"would run `{safe(name)}` of {safe(file)} in {safe(root)}"]
    lines += [f"  {parameter.name} = {safe(literal(value))}" for parameter, value in zip(task.params, values, strict=True)]
    if wanted:
        lines += ["it may", *plain_words(wanted)]
        if any(one.capability.kind == "process" for one in wanted):
            from tekc.cli.doctor import programs_lines

            lines += programs_lines(wanted)
    else:
        lines.append("it touches nothing but its output")
    if later:
        lines += ["checked when it runs", *(f"  {safe(capability)} in {safe(path)}:{line}" for capability, path, line in later)]
    capabilities = list(dict.fromkeys(one.capability for one in lacking))
    if capabilities:
        lines += ["not granted yet", *(f"  {safe(str(capability))}" for capability in capabilities)]
    out("\n".join(lines) + "\n")
