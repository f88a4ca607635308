"""Host bodies of ``process.tek``: commands are built here and run by the run's process service."""

from __future__ import annotations

from tekrt.values.containers import map_items, new_record, option
from tekrt.values.failure import Failure
from tekrt.values.native import native
from tekrt.values.scalars import Command, Duration, Path, Secret
from tekstd.profiles import profile_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tekrt.effects.process import Result
    from tekrt.kernel import Context
    from tekrt.values.containers import TMap

RELAY, CAPTURE = "relay", "capture"


def _execute(ctx: Context, command: Command, stdout: str, stderr: str = RELAY) -> Result:
    service = ctx.broker.processes
    if getattr(service, "profiles", profile_of) is None:
        service.profiles = profile_of
    result: Result = service.execute(ctx, command, stdout, stderr)
    return result


def _succeed(result: Result) -> Result:
    if result.status:
        from tekrt.effects.process import exit_failure

        raise exit_failure(result)
    return result


@native("process.Command.run")
def run(ctx: Context, command: Command) -> None:
    """Run a command and pass on what it prints."""
    _succeed(_execute(ctx, command, RELAY))


@native("process.Command.text")
def text(ctx: Context, command: Command) -> str:
    """Run a command and return its output as text."""
    data = _succeed(_execute(ctx, command, CAPTURE)).stdout
    try:
        return data.decode("utf-8").removesuffix("\n")
    except UnicodeDecodeError as error:
        from tekrt.effects.process import shown

        where = f"byte 0x{data[error.start]:02x} at offset {error.start}"
        raise Failure("decode", f"the output of `{shown(command)}` is no UTF-8 text: {where}") from None


@native("process.Command.bytes")
def bytes_(ctx: Context, command: Command) -> bytes:
    """Run a command and return its output."""
    return _succeed(_execute(ctx, command, CAPTURE)).stdout


@native("process.Command.output")
def output(ctx: Context, command: Command) -> Any:
    """Run a command and return all that is known of its end."""
    from tekrt.values.types import record_type

    result = _execute(ctx, command, CAPTURE, CAPTURE)
    return new_record(record_type("process.Output"), result.status, result.stdout, result.stderr)


@native("process.Command.status")
def status(ctx: Context, command: Command) -> int:
    """Run a command and return its status."""
    return _execute(ctx, command, RELAY).status


@native("process.which")
def which(ctx: Context, name: str) -> Any:
    """Return where a program is found."""
    found: str | None = ctx.broker.processes.which(ctx, name)
    return option(None if found is None else Path(found))


def _each(command: Command, **changes: Any) -> Command:
    """Return the pipeline with the changes made to each of its commands."""
    made: Command | None = None
    for stage in reversed(command.stages()):
        made = stage.changed(pipe=made, **changes)
    return made if made is not None else command


@native("process.Command.cwd")
def cwd(ctx: Context, command: Command, path: Path) -> Command:
    """Return the command, started in a folder."""
    return _each(command, cwd=path.text)


@native("process.Command.env")
def env(ctx: Context, command: Command, variables: TMap) -> Command:
    """Return the command with more variables."""
    more: dict[str, str | Secret] = dict(map_items(variables))
    made: Command | None = None
    for stage in reversed(command.stages()):
        made = stage.changed(pipe=made, env={**stage.env, **more})
    return made if made is not None else command


@native("process.Command.stdin")
def stdin(ctx: Context, command: Command, content: str | Secret) -> Command:
    """Return the command with a text as its input."""
    return command.changed(stdin=content if isinstance(content, Secret) else content.encode("utf-8"))


@native("process.Command.stdin_bytes")
def stdin_bytes(ctx: Context, command: Command, content: bytes) -> Command:
    """Return the command with bytes as its input."""
    return command.changed(stdin=content)


@native("process.Command.timeout")
def timeout(ctx: Context, command: Command, limit: Duration) -> Command:
    """Return the command with a time limit."""
    return command.changed(timeout=limit.ns)


@native("process.Command.pipe")
def pipe(ctx: Context, command: Command, following: Command) -> Command:
    """Return the pipeline of both."""
    made = following
    for stage in reversed(command.stages()):
        made = stage.changed(pipe=made)
    return made
