"""A compilation: finds the modules of a program, runs the phases in order, keeps what they made.

The verbs are `checking.check_files` and `building.build`; a warm start uses `cache` alone.  This is the only room of the
compiler below the command line that reads files.
"""
