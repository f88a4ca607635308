"""The kernel: nothing touches the world but through its broker.

A :class:`Context` says on whose behalf something happens: the task, its :class:`Permit`, where its output goes.  The
:class:`Broker` judges an effect by the permit, takes it from the budget, lets it happen and records how it ended.  All
services (files, clock, random numbers, processes) are handed in as a :class:`World`; :mod:`tekrt.effects` has the real one.

**Invariant.** This room imports nothing that does I/O, and an effect that it did not judge does not happen: the world's
services are reached only by way of a broker.
"""

from __future__ import annotations

from tekrt.kernel.broker import Broker, Budget
from tekrt.kernel.context import Context, Expired, TaskState
from tekrt.kernel.ledger import Ledger, MemoryLedger
from tekrt.kernel.output import Output, OutputClosed
from tekrt.kernel.permit import Permit
from tekrt.kernel.world import World

__all__ = ["Broker", "Budget", "Context", "Expired", "Ledger", "MemoryLedger", "Output", "OutputClosed", "Permit", "TaskState", "World"]
