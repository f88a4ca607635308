"""Whether a clause covers an effect: proved, left to the run time, or certainly not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from tekc.check.effects_text import WRONG
from tekc.check.effects_units import TASK, Effect
from tekc.check.needs import Gap, Hole, Need, NeedSet, is_plain, template
from tekrt import scopes
from tekrt.scopes.kinds import DEFAULT_KINDS, includes

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tekc.check.defs import Local

_WRONG = Gap(WRONG)

Verdict = Literal["covered", "open", "outside", "missing"]
"""``outside``: no scope of the clause allows it; ``missing``: not even its kind is there; ``open``: the run time has to look."""


def judge(effect: Effect, needs: NeedSet, fixed: Collection[Local]) -> Verdict:
    """Judge an effect.  ``fixed`` are the variables whose holes mean the same in the clause and in the effect."""
    kind, parts = effect.kind, effect.parts
    if kind == TASK or kind in DEFAULT_KINDS or needs.broken or (parts is not None and _WRONG in parts):
        return "covered"
    fitting = [need for need in needs.items if includes(need.kind, kind)]
    if not fitting:
        return "missing"
    if parts is None:
        return "covered"
    if all(isinstance(part, str) for part in parts):
        return _judge_known(effect, fitting, fixed)
    mentioned = [part for part in parts if isinstance(part, Hole)]
    if any(isinstance(part, Gap) for part in parts) or not all(is_plain(hole) for hole in mentioned):
        return "open"
    wanted = template(kind, parts)
    named: set[tuple[Local, str]] = set()
    for need in fitting:
        in_need = [(p.local, p.field) for p in need.parts or () if isinstance(p, Hole) and p.local in fixed]
        named.update(in_need)
        if all((hole.local, hole.field) in in_need for hole in mentioned) and _proved(need, wanted):
            return "covered"
    # A parameter that the clause names counts as known, so a scope that cannot be one of the clause's is wrong.
    known = effect.sure and all((hole.local, hole.field) in named for hole in mentioned)
    return "outside" if known and not _may_meet(fitting, scopes.widest(wanted)) else "open"


def judge_inside(effect: Effect, needs: NeedSet, fixed: Collection[Local]) -> Verdict:
    """Judge an effect inside of an ``only``, which narrows what is wider than itself: only what never meets it is outside."""
    verdict = judge(effect, needs, fixed)
    if verdict != "outside":
        return verdict
    fitting = [need for need in needs.items if includes(need.kind, effect.kind)]
    return "open" if _may_meet(fitting, scopes.widest(template(effect.kind, effect.parts))) else "outside"


def _judge_known(effect: Effect, fitting: Sequence[Need], fixed: Collection[Local]) -> Verdict:
    if any(need.parts == effect.parts for need in fitting):
        return "covered"
    wanted = scopes.Capability(effect.kind, "".join([p for p in effect.parts or () if isinstance(p, str)]))
    plain = [scopes.Capability(need.kind, need.parts[0]) for need in fitting if need.parts and need.known and isinstance(need.parts[0], str)]
    try:
        if scopes.covered(plain, wanted):
            return "covered"
    except scopes.ScopeError:
        return "open"
    if not effect.sure:
        return "open"
    with_holes = [need for need in fitting if not need.known]
    return "open" if with_holes and _may_meet(with_holes, wanted) else "outside"


def _may_meet(needs: Sequence[Need], wanted: scopes.Capability) -> bool:
    """Whether a clause may turn out to allow something of what is wanted, once its holes are filled."""
    try:
        return any(scopes.overlaps(scopes.widest(template(need.kind, need.parts)), wanted) for need in needs)
    except scopes.ScopeError:
        return True


def _proved(need: Need, wanted: scopes.ScopeTemplate) -> bool:
    return scopes.template_contains(template(need.kind, need.parts), wanted)


def narrowed(effect: Effect, needs: NeedSet, fixed: Collection[Local]) -> list[Effect]:
    """Return what is left of an open effect inside of a clause: the clause's own scopes of that kind."""
    out: list[Effect] = []
    for need in needs.items:
        if includes(need.kind, effect.kind):
            parts = None if need.parts is None else tuple([_known(part, fixed) for part in need.parts])
            out.append(Effect(effect.kind, parts, False, effect.module, effect.own))
    return out


def _known(part: str | Hole | Gap, fixed: Collection[Local]) -> str | Hole | Gap:
    return Gap(part.type) if isinstance(part, Hole) and part.local not in fixed else part


def widest(effect: Effect) -> Effect:
    """Return an effect with its holes at their widest; one that is computed stays so."""
    parts = effect.parts
    if parts is None or not any(isinstance(part, Hole) for part in parts) or any(isinstance(part, Gap) for part in parts):
        return effect
    if any(isinstance(part, Hole) and part.type == "List" for part in parts):
        return effect._replace(parts=("**",))
    return effect._replace(parts=(scopes.widest(template(effect.kind, parts)).scope or "**",))
