"""The interpreter: a register machine with explicit frames, translated to Python function by function.

Each IR function becomes one Python function ``code(frame) -> next frame``.  A frame is a plain list; while a function runs its
values are Python locals, and where control leaves it (calls, tasks, pauses) the live ones go into the frame.  So a
suspended program is plain data, Python's own stack never grows with the script's, and steps and depth are counted exactly.

* ``flow``, ``locals``, ``gen``, ``emit_*``, ``shape``, ``codegen`` make Python code of IR; only compilation needs them.
* ``image`` writes and reads compiled programs; ``machine`` runs them; ``support`` is what generated code calls.
* ``tasks`` are the hand-written frames of task calls; ``saved`` turns running programs into plain data and back.
"""

from __future__ import annotations

from tekrt.interp.image import load_image
from tekrt.interp.limits import Limits
from tekrt.interp.machine import Machine, Paused

__all__ = ["Limits", "Machine", "Paused", "load_image"]
