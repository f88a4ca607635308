"""Names: which modules a program has, and what each of them declares and imports."""

from tekc.resolve.modules import Modules

__all__ = ["Modules"]
