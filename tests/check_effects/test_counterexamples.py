"""Programs that were unsafe or surprising under an earlier state of the rules."""

from __future__ import annotations

from tests.check_effects.programs import check


def test_a_task_does_not_hide_effects_from_callers_of_a_public_function() -> None:
    vendor = 'import fs\ntask ping(s: Str) needs fs.write("evil") => fs.write_text("evil", s)\npub fn summary(s: Str) -> Str {\n    ping(s)\n    s\n}\n'
    main = 'import .vendor.text\ntask main() needs none {\n    print(text.summary("a"))\n}\n'
    assert [p.code for p in check(main, vendor__text=vendor).problems] == ["TEK0304"]


def test_needs_none_refuses_a_function_that_may_call_a_task() -> None:
    assert check("task t() => print(1)\nfn f(b: Bool) needs none {\n    if b {\n        t()\n    }\n}\n").codes == ["TEK0305"]


def test_a_function_that_is_returned_cannot_delete_what_its_type_does_not_say() -> None:
    source = 'import fs\nfn later(f: fn() NEEDS-> Unit) -> fn() -> Unit => fn() => f()\ntask main() needs fs.write("x") {\n    let g = later(fn() {\n        fs.delete("x")\n    })\n    g()\n}\n'
    assert check(source.replace("NEEDS", "")).codes == ["TEK0308"]
    assert check(source.replace("NEEDS", "needs none ")).codes == ["TEK0309"]


def test_needs_may_stand_before_and_behind_the_result() -> None:
    assert check('import fs\npub fn a() needs fs.read("x") -> Str => fs.read_text("x")\npub fn b() -> Str needs fs.read("x") => fs.read_text("x")\n').codes == []


def test_a_bracket_in_a_file_name_can_be_escaped() -> None:
    source = 'import fs\ntask main() needs fs.read("SCOPE") {\n    print(fs.read_text("pages/[id].tsx"))\n}\n'
    assert check(source.replace("SCOPE", "pages/\\\\[id].tsx")).codes == []
    assert check(source.replace("SCOPE", "pages/[id].tsx")).codes == ["TEK0301"]


def test_a_program_with_arguments_is_a_narrower_scope() -> None:
    source = 'task main() needs process("git status") {\n    $"git COMMAND".run()\n}\n'
    assert check(source.replace("COMMAND", "status -s")).codes == []
    assert check(source.replace("COMMAND", "push")).codes == ["TEK0301"]


def test_holes_that_are_paths_may_be_several_parts_and_texts_one() -> None:
    source = 'import fs\ntask save(name: TYPE) needs fs.write("out/{name}.txt") => fs.write_text("out/{name}.txt", "x")\ntask main(n: TYPE) {\n    only fs.write("out/*.txt") {\n        save(n)\n    }\n}\n'
    assert check(source.replace("TYPE", "Str")).codes == []
    assert check(source.replace("TYPE", "Path")).codes == []


def test_only_narrows_tasks_that_are_started_by_lambdas_handed_to_functions() -> None:
    source = 'import fs\ntask save() needs fs.write("x") => fs.write_text("x", "t")\ntask main() {\n    only NEEDS {\n        [1].each(fn(_) => save())\n    }\n}\n'
    assert check(source.replace("NEEDS", 'fs.write("x")')).codes == []
    assert check(source.replace("NEEDS", "none")).codes == ["TEK0306"]


def test_the_first_look_of_the_language_compiles() -> None:
    source = """
import fs

task compile(src: Path) -> Path
    needs process("gcc"), fs.read(src), fs.read("src/**/*.h"), fs.write("build/{src.stem}.o")
    cache
{
    let obj = Path("build/{src.stem}.o")
    $"gcc -O2 -c {src} -o {obj}".run()
    obj
}

task link(objs: List[Path]) -> Path
    needs process("gcc"), fs.read("build/*.o"), fs.write("build/app")
    cache
{
    $"gcc {objs} -o build/app".run()
    Path("build/app")
}

task main() needs fs.read("src/*.c") {
    let objs = [compile(src) for src in fs.glob("src/*.c")]
    print("built {link(objs)}")
}
"""
    found = check(source)
    assert found.codes == [], found.text()
    effects = found.checked.effects
    assert effects is not None
    main = next(t for t in found.checked.tasks if t.name == "main")
    texts = [str(scope) for _, scope in [(m, "".join(map(str, s.parts or ()))) for m, s in effects.task_reach(main)]]
    assert texts == ["src/*.c", "gcc", "**", "src/**/*.h", "build/*.o", "build/app"] or set(texts) >= {"gcc", "**", "build/*.o", "build/app"}
