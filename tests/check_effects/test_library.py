"""The library's public functions do no more than their signatures say, and keep no function that they are given."""

from __future__ import annotations

import pytest

from tekc.check.defs import FnDef
from tekc.check.effects_judge import judge
from tekc.check.effects_solve import stated
from tekc.check.effects_store import check_stores
from tekc.check.effects_units import TASK, Poly
from tekc.check.needs import NeedSet
from tests.check_effects.programs import LIBRARY, check

MODULES = sorted(p.stem for p in LIBRARY.glob("*.tek"))
NOTHING = NeedSet((), None, True)


@pytest.mark.parametrize("name", MODULES)
def test_signatures_of_the_library_say_all_effects(name: str) -> None:
    plain = not name.startswith("prelude")
    found = check((f"import {name}\n" if plain else "") + f"task main() => print({USE.get(name, '1')})\n")
    checked = found.checked
    effects = checked.effects
    assert effects is not None
    module = checked.modules.get(name)
    if module is None:
        pytest.skip("a file of the prelude that no value was needed from")
    for function in [d for d in module.definitions if isinstance(d, FnDef) and d.decl.body is not None]:
        checked.check_body(function)
    for function in [d for d in module.definitions if isinstance(d, FnDef)]:
        if function.decl.body is None:
            continue
        unit = effects.program.unit(function)
        effects.solver.solve([unit, *unit.frame.lambdas.values()])
        if not function.decl.pub:
            continue
        declared = effects.program.declared(function) or NOTHING
        for effect in unit.effects:
            assert effect.kind != TASK
            assert judge(effect, declared, unit.frame.params) in ("covered", "open"), (function.qualified, effect)
            assert any(s.kind == effect.kind for s in stated(declared, "")), (function.qualified, effect)
        for poly in unit.polys:
            assert isinstance(poly, Poly) and any(p.local is poly.param for p in function.params)
    before = len(found.problems)
    check_stores(effects.program, effects.solver, library=True)
    assert len(found.problems) == before, found.text()


USE = {
    "prelude_list": "[1].len()", "prelude_map": '["a": 1].len()', "prelude_set": "Set([1]).len()", "prelude_str": '"a".len()',
    "prelude_int": "1.abs()", "prelude_float": "1.0.abs()", "prelude_option": "Some(1).is_some()", "prelude_bytes": 'b"a".len()',
    "prelude_path": 'Path("a").is_absolute()', "prelude_duration": "1s.ms()", "prelude_size": "1KB.bytes()", "prelude_bool": "true.to_str()",
    "prelude_result": "(try todo()).is_ok()", "prelude_error": "1",
}  # fmt: skip
