"""The tables of the grammar as the parser reads them."""

from __future__ import annotations

from tekc.syntax import terminals as t
from tekc.syntax._tables import ACTION_OF, ACTIONS, GOTOS, RULES

_SHARED = [dict(zip(row[::2], row[1::2], strict=True)) for row in ACTIONS]

ROWS: list[dict[int, int]] = [_SHARED[i] for i in ACTION_OF]
"""For each state the action of each terminal: a state to shift to, or the complement of a rule to reduce by."""

NEXT: list[dict[int, int]] = [dict(zip(row[::2], row[1::2], strict=True)) for row in GOTOS]
"""For each state where a nonterminal leads."""

_HANDS_ON = [length == 1 and not alias for _, length, alias, _ in RULES]
_chains: dict[tuple[int, int, int], int] = {}


def settle(state: int, symbol: int, kind: int) -> int:
    """Return the state after ``symbol`` was reduced in ``state``, following rules that only hand on before ``kind``."""
    key = (state, symbol, kind)
    found = _chains.get(key)
    if found is not None:
        return found
    target = NEXT[state][symbol]
    while True:
        action = ROWS[target].get(kind)
        if action is None and kind in t.SOFT_WORDS:
            action = ROWS[target].get(t.NAME)
        if action is None or action >= 0 or not _HANDS_ON[~action]:
            break
        target = NEXT[state][RULES[~action][0]]
    _chains[key] = target
    return target


def accepts(states: list[int], kind: int) -> bool:
    """Tell whether the parser would shift ``kind``, were it next."""
    stack = states[-64:] if len(states) > 64 else list(states)
    base = len(states) - len(stack)
    while True:
        action = ROWS[stack[-1]].get(kind)
        if action is None:
            return False
        if action >= 0:
            return True
        symbol, length, _, _ = RULES[~action]
        while length >= len(stack) and base:
            base -= 1
            stack.insert(0, states[base])
        if length:
            del stack[-length:]
        stack.append(NEXT[stack[-1]][symbol])
