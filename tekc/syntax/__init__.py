"""Source text to syntax tree: scanner, LALR tables, nodes; and back, the formatter.

Only ``generate`` knows Lark, and nothing here reads the disk.
"""

from tekc.syntax.parser import parse

__all__ = ["parse"]
