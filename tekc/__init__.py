"""tekc: compiler and tools of the Tek language.

Importing this package costs nothing; the command line and the embedding interface import what they need.
"""

__version__ = "0.1.0"
