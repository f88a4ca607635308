"""Run-time values: how every Tek value is represented, compared, printed, counted and written down.

Values are self-describing: ``Int``, ``Float``, ``Bool``, ``Str``, ``Bytes`` and ``Unit`` are Python's own objects, everything
else is one of the small classes in :mod:`~tekrt.values.scalars` and :mod:`~tekrt.values.containers`.  No code in here
recurses on the depth of a value, because scripts make values as deep as they like.
"""
