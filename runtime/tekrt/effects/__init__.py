"""The only code that touches the world: files, processes, clock, randomness, environment, standard streams.

``world.real_world()`` gives the services of this process to a broker; ``files`` and ``process`` are loaded when a script first
uses them.  Each operation asks the broker before it does anything, on the very path or program that it then opens or starts.
"""
