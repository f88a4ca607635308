"""The layout of frames and the numbers that generated code and the machine agree on.

A frame is a list of seven: its code, where to go on (0: at the start), the frame to return to, what a call made here gave,
how many calls may still nest in it, the context of its effects, and its arguments or saved values.  One argument or saved
value stands as it is, several are a tuple, none is None.
"""

from __future__ import annotations

CODE, PC, PARENT, RESULT, DEPTH, CONTEXT, SAVED = range(7)

ROUNDS = 4096
"""After as many loop rounds, calls or returns the machine looks at limits and cancellation."""

DEFAULT_DEPTH = 10_000
"""How deep calls nest unless the host says otherwise."""
