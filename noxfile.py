"""What there is to run in this project: ``nox`` lists it, ``nox -s tests`` runs one."""

from __future__ import annotations

import nox

nox.options.sessions = ["lint", "types", "imports", "tests"]


@nox.session
def lint(session: nox.Session) -> None:
    """Style and common mistakes."""
    session.install("ruff>=0.6")
    session.run("ruff", "check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Types, strictly."""
    session.install("-e", ".[dev]")
    session.run("mypy")


@nox.session
def imports(session: nox.Session) -> None:
    """Which room may import which."""
    session.install("-e", ".[dev]")
    session.run("lint-imports")


@nox.session(python=["3.11", "3.12", "3.13", "3.14"])
def tests(session: nox.Session) -> None:
    """All tests, on each Python."""
    session.install("-e", ".[dev]")
    session.run("pytest", "-n", "2", *session.posargs)


@nox.session
def fuzz(session: nox.Session) -> None:
    """100,000 mutated programs: no internal error, no hang."""
    session.install("-e", ".[dev]")
    session.run("python", "-m", "tests.fuzz", *session.posargs)


@nox.session
def packages(session: nox.Session) -> None:
    """Wheel and sdist, built twice and compared."""
    session.install("build")
    session.run("python", "scripts/reproducible.py", *session.posargs)
