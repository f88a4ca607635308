"""The user's own folders: what tekc keeps between runs, beside the cache."""

from __future__ import annotations

import os


def state_folder() -> str | None:
    """Return ``tekc`` in ``$XDG_STATE_HOME`` or ``~/.local/state``; None where there is no absolute place for it."""
    base = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    return os.path.join(base, "tekc") if os.path.isabs(base) else None
