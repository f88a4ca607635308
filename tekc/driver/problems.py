"""What can go wrong between the phases: files that cannot be read, constants that cannot be computed."""

from __future__ import annotations

from collections.abc import Iterator

from tekc.diagnostics import Help, Problem, problem
from tekc.source import Span


@problem("TEK0501", slug="unreadable-file")
class UnreadableFile(Problem):
    """A source file cannot be read."""

    at: Span
    reason: str

    def title(self) -> str:
        """Say what is wrong."""
        return f"`{self.at.file.path}` cannot be read: {self.reason}"


@problem("TEK0502", slug="constant-fails")
class ConstantFails(Problem):
    """A constant's value is computed when the program is compiled, and that fails."""

    at: Span
    name: str
    kind: str
    message: str
    trace: tuple[str, ...] = ()

    def title(self) -> str:
        """Say what is wrong."""
        return f"the value of `{self.name}` cannot be computed: {self.message}"

    def mark(self) -> str:
        """Name the failure."""
        return f"this fails with `{self.kind}`"

    def notes(self) -> Iterator[str]:
        """Show where it failed."""
        if self.trace:
            yield "in " + "\nin ".join(self.trace)


@problem("TEK0503", slug="constant-too-costly")
class ConstantTooCostly(Problem):
    """A constant's value takes more steps or memory than compiling may."""

    at: Span
    name: str
    limit: str

    def title(self) -> str:
        """Say what is wrong."""
        return f"the value of `{self.name}` takes too long to compute: {self.limit}"

    def helps(self) -> Iterator[Help]:
        """Say what to do instead."""
        yield Help("make it a function, which is computed when it is called")


@problem("TEK0504", slug="source-too-large")
class SourceTooLarge(Problem):
    """A source file is larger than any text that a person writes."""

    at: Span
    size: int
    most: int

    def title(self) -> str:
        """Say what is wrong."""
        return f"`{self.at.file.path}` is too large: {self.size:,} bytes; a source file may have {self.most:,}"
