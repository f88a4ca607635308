"""The handlers of all kinds of nodes: importing this module registers them in ``tekc.check.body``."""

from tekc.check import (
    dropping,
    on_blocks,
    on_calls,
    on_collections,
    on_failing,
    on_indices,
    on_literals,
    on_members,
    on_names,
    on_ops,
)

ALL = (dropping, on_blocks, on_calls, on_collections, on_failing, on_indices, on_literals, on_members, on_names, on_ops)
"""The modules that register handlers."""
