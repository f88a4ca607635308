"""Source text to syntax tree: scanner, LALR tables, nodes; and back, the formatter.

Only ``generate`` knows Lark, and nothing here reads the disk.
"""

from tekc.syntax.decode import decode_source
from tekc.syntax.parser import parse

__all__ = ["decode_source", "parse"]
