"""Starting child processes: the one place where it happens.

Today a child is bounded by what it is handed: a judged program, no shell, a clean environment, no descriptors but its three
streams, a process group that is killed as a whole, and death with the thread that started it.  The private view of the
file system, the network's proxy and the filters of the system's calls take their place here, behind the same verb.
"""

from __future__ import annotations

from tekrt.sandbox.children import Child, Plan, spawn

__all__ = ["Child", "Plan", "spawn"]
