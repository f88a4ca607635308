"""Functions that are kept: what is stored, returned or put into something has the effects that its type states, and no others.

A function parameter without ``needs`` stands for whatever its caller passes; it may be called and handed on, but not kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.check import effect_problems as problems
from tekc.check.builtins import LIST, MAP
from tekc.check.defs import Local, RecordDef, VariantDef
from tekc.check.effects_flow import NOTHING, sources_of
from tekc.check.effects_judge import judge
from tekc.check.effects_report import Places, offered
from tekc.check.effects_solve import stated
from tekc.check.effects_units import TASK, Effect, Poly
from tekc.check.effects_walk import holds_functions, kept_parts
from tekc.check.types import Con, Fn, Tuple, Type, parts, prune, show, subst
from tekc.diagnostics import Edit
from tekc.syntax import ast

if TYPE_CHECKING:
    from tekc.check.effects_program import Program
    from tekc.check.effects_solve import Solver
    from tekc.check.effects_units import Frame, Source, Store, Unit, Witness
    from tekc.check.needs import NeedSet
    from tekc.source import Span


def check_stores(program: Program, solver: Solver, *, library: bool = False) -> None:
    """Check every place of the user's modules (of the library with ``library``) that keeps functions; all units are solved."""
    for unit in list(program.order):
        if unit.node is None and unit.frame.stores and unit.frame.module.std is library:
            checker = _Stores(program, solver, unit)
            for store in unit.frame.stores:
                if not program.is_wrong(store.value):
                    checker.check(store)


class _Stores:
    def __init__(self, program: Program, solver: Solver, unit: Unit) -> None:
        self.program = program
        self.solver = solver
        self.unit = unit
        self.frame: Frame = unit.frame
        self.places = Places(program)
        self.told: set[tuple[ast.Expr, object]] = set()

    def check(self, store: Store) -> None:
        """Follow a value into the containers and branches that are written in it."""
        if store.only_params:
            self._check_params(store.value, prune(store.want))
            return
        todo: list[tuple[ast.Expr, Type, str, ast.Node | None]] = [(store.value, store.want, store.where, store.declared)]
        while todo:
            value, want, where, declared = todo.pop()
            want = prune(want)
            if not holds_functions(want):
                continue
            if isinstance(want, Fn):
                self._check_function(value, want, where or "this place", declared)
                continue
            inner = self._inside(value, want, where)
            if inner is None:
                self._compare(value, want)
            else:
                todo.extend((e, t, w, declared if t is want else None) for e, t, w in inner)

    def _inside(self, value: ast.Expr, want: Type, where: str) -> list[tuple[ast.Expr, Type, str]] | None:
        """The parts of a written container with the types that they must fit, or None where it is none."""
        if isinstance(value, ast.TupleExpr) and isinstance(want, Tuple):
            return [(e, t, where or "a tuple") for e, t in zip(value.items, want.items, strict=False)]
        if isinstance(value, ast.ListExpr | ast.ListComp) and isinstance(want, Con) and want.head is LIST:
            return [(e, want.args[0], where or "a list") for e in kept_parts(value, {})]
        if isinstance(value, ast.MapExpr) and isinstance(want, Con) and want.head is MAP:
            return [(e, want.args[1], where or "a map") for _, e in value.entries]
        if isinstance(value, ast.MapComp) and isinstance(want, Con) and want.head is MAP:
            return [(value.value, want.args[1], where or "a map")]
        if isinstance(value, ast.Call):
            return self._inside_call(value, want, where)
        if isinstance(value, ast.Paren | ast.Block | ast.If | ast.Match | ast.Only | ast.Region):
            return [(e, want, where) for e in kept_parts(value, {})]
        return None

    def _inside_call(self, value: ast.Call, want: Type, where: str) -> list[tuple[ast.Expr, Type, str]] | None:
        call = self.program.facts.calls.get(value)
        target = call.target if call is not None else None
        if call is None or not isinstance(target, RecordDef | VariantDef) or not isinstance(want, Con):
            return None
        params = target.type_params if isinstance(target, RecordDef) else target.enum.type_params
        given: dict[Type, Type] = dict(zip(params, want.args, strict=False))
        return [
            (arg, subst(field.type, given), where or f"`{target.name}`")
            for field, arg in zip(target.fields, call.args, strict=False)
            if isinstance(arg, ast.Node)
        ]

    # -------------------------------------------------------------------------------------------------------- functions

    def _check_function(self, value: ast.Expr, want: Fn, where: str, declared: ast.Node | None) -> None:
        needs = self.program.type_needs(want) or NOTHING
        self._check_params(value, want)
        for source in sources_of(self.program, self.frame, value):
            self._check_source(value, source, want, needs, where, declared)

    def _check_source(self, value: ast.Expr, source: Source, want: Fn, needs: NeedSet, where: str, declared: ast.Node | None) -> None:
        for item, witness in self.solver.of_source(self.unit, value, source, "this function"):
            if isinstance(item, Poly):
                self._report_kept(value, item, where)
            elif item.own and (item.kind == TASK or judge(item, needs, self.frame.params) in ("outside", "missing")):
                self._report_more(value, item, witness, want, needs, where, declared)

    def _report_kept(self, value: ast.Expr, poly: Poly, where: str) -> None:
        param = poly.param
        if (value, param) in self.told:
            return
        self.told.add((value, param))
        written = self._written(param)
        declared = param.ident.at if param.ident is not None else value.at
        if written is None:
            fixed, edit = f"fn({', '.join(map(show, _params(param.type)))}) needs none", None
        else:
            place = _needs_place(written)
            edit = Edit(place, " needs none")
            text = written.at.text
            cut = place.start - written.at.start
            fixed = f"{text[:cut]} needs none{text[cut:]}"
        how = f"kept in {where}" if not where.startswith("the result") else f"kept: it is in {where}"
        self.program.report(problems.KeptFunction(value.at, param.name, how, declared, edit, fixed))

    def _written(self, param: Local) -> ast.TypeFn | None:
        """The type of a function parameter as it is written."""
        owner = self.frame.owner
        for one in getattr(owner, "params", ()):
            if one.local is param and isinstance(one.decl.type, ast.TypeFn):
                return one.decl.type
        return None

    def _report_more(
        self, value: ast.Expr, effect: Effect, witness: Witness, want: Fn, needs: NeedSet, where: str, declared: ast.Node | None
    ) -> None:  # fmt: skip
        text = f"{witness.name}()" if effect.kind == TASK else offered(effect)
        if (value, text) in self.told:
            return
        self.told.add((value, text))
        place = self.places.place(self.unit, witness)
        inner = place.node.at if place.node is not value else None
        edit = _added(declared, want, text) if effect.kind != TASK else None
        allowed = [offered(Effect(n.kind, n.parts, True, "", True)) for n in needs.items]
        offer = _fn_text(want, ", ".join([*allowed, text])) if effect.kind != TASK else "a task of its own, called where it is wanted"
        at = declared.at if declared is not None else None
        self.program.report(problems.FunctionNeedsMore(value.at, text, where, show(want), offer, at, edit, inner))

    # ------------------------------------------------------------------------------------------------------------ types

    def _check_params(self, value: ast.Expr, want: Type) -> None:
        """A function that is handed functions must take all that it may be handed: parameters go the other way round."""
        found = self.program.facts.types.get(value)
        found = prune(found) if found is not None else None
        if not isinstance(found, Fn) or not isinstance(want, Fn):
            return
        for mine, handed in zip(map(prune, found.params), map(prune, want.params), strict=False):
            if not isinstance(mine, Fn) or not isinstance(handed, Fn) or mine.needs is None:
                continue
            allowed = self.program.type_needs(mine) or NOTHING
            given = self.program.type_needs(handed)
            too_much = [e for e in stated(given, "") if judge(e, allowed, ()) in ("outside", "missing")] if given is not None else []
            if given is None or too_much:
                effect = offered(too_much[0]) if too_much else None
                self.program.report(problems.FunctionTakesLess(value.at, effect, show(mine), show(handed)))
                return

    def _compare(self, value: ast.Expr, want: Type) -> None:
        """A value that is not written here has the type that it has; its functions may need no more than what is wanted."""
        found = self.program.facts.types.get(value)
        if found is None:
            return
        todo = [(prune(found), prune(want))]
        while todo:
            a, b = todo.pop()
            if a is b:
                continue
            if isinstance(a, Fn) and isinstance(b, Fn):
                has = self.program.type_needs(a) or NOTHING
                allowed = self.program.type_needs(b) or NOTHING
                for effect in stated(has, ""):
                    if judge(effect, allowed, ()) in ("outside", "missing"):
                        self.program.report(problems.FunctionTypeNeedsMore(value.at, offered(effect), show(found), show(want)))
                        return
            todo.extend(zip(map(prune, parts(a)), map(prune, parts(b)), strict=False))


def _params(type: Type) -> tuple[Type, ...]:
    type = prune(type)
    return type.params if isinstance(type, Fn) else ()


def _needs_place(written: ast.TypeFn) -> Span:
    """Where ``needs`` stands in a written function type: behind its brackets."""
    start = written.params[-1].at.end if written.params else written.at.start
    close = written.at.file.text.find(")", start)
    return written.at._replace(start=close + 1, end=close + 1)


def _added(declared: ast.Node | None, want: Fn, text: str) -> Edit | None:
    """The edit that adds a capability to a written function type."""
    if not isinstance(declared, ast.TypeFn):
        return None
    needs = declared.needs
    if needs is None:
        return Edit(_needs_place(declared), f" needs {text}")
    return Edit(needs.at, text) if needs.none else Edit(needs.at._replace(start=needs.at.end), f", {text}")


def _fn_text(type: Fn, needs: str) -> str:
    return f"fn({', '.join(map(show, type.params))}) needs {needs} -> {show(type.result)}"
