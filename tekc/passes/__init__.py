"""Passes over the IR; ``registry`` lists them in order."""

from __future__ import annotations

from tekc.passes.registry import PASSES, Pass, run_passes

__all__ = ["PASSES", "Pass", "run_passes"]
