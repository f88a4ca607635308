"""Programs as bytes."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tekrt.interp import load_image
from tekrt.interp.image import ImageError, build_image
from tekrt.values.show import show
from tests.interp.harness import Run, broker, compile_text

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = '''
## What the module is.

import json

record Server(host: Str, port: Int = 80 + 1, tags: List[Str] = ["{host}-tag"])
enum Level {
    Low
    High(by: Int)
}
const limit: Int = 6 * 7
const names: List[Str] = ["a", "b"]

## Says hello.
task main(name: Str = "you", times: Int) -> Str {
    var all = names
    all.push(name)
    let s: Server = json.decode(r"""{"host": "h"}""")
    "{limit} {all} {names} {s} {High(3)} {Low}"
}
'''

SHOWN = '42 ["a", "b", "x"] ["a", "b"] Server(host: "h", port: 81, tags: ["h-tag"]) High(by: 3) Low'


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return build_image(compile_text(PROGRAM, tmp_path_factory.mktemp("image")))


def test_an_image_runs(image: bytes) -> None:
    assert Run(load_image(image), "main", ["x", 1]).value == SHOWN


def test_an_image_runs_again_and_constants_stay(image: bytes) -> None:
    machine = load_image(image)
    for _ in range(3):
        assert Run(machine, "main", ["x", 1]).value == SHOWN


def test_an_image_tells_its_tasks(image: bytes) -> None:
    machine = load_image(image)
    info = machine.tasks["main.main"]
    assert machine.main == "main"
    assert machine.doc.strip() == "What the module is."
    assert info.doc.strip() == "Says hello."
    assert [(p.name, p.type, p.default_text) for p in info.params] == [("name", ("Str",), '"you"'), ("times", ("Int",), "")]
    assert info.returns
    default = info.params[0].default
    assert default is not None
    assert machine.run_function(default, [], broker().context()) == "you"


def test_the_digest_is_that_of_the_content(image: bytes, tmp_path: Path) -> None:
    other = build_image(compile_text("task main() {\n    print(1)\n}\n", tmp_path))
    assert load_image(image).digest == load_image(image).digest != load_image(other).digest


def test_decoding_fills_in_defaults_in_order(image: bytes) -> None:
    machine = load_image(image)
    value = machine.decode_json(
        ("List", ("Record", "main.Server", ())), '[{"host": "a"}, {"host": "b", "port": 1}]', broker().context()
    )
    assert show(value) == '[Server(host: "a", port: 81, tags: ["a-tag"]), Server(host: "b", port: 1, tags: ["b-tag"])]'


@pytest.mark.parametrize("content", [b"", b"rubbish", b"\xe9\x01\x00\x00\x00"])
def test_what_is_no_image_is_refused(content: bytes) -> None:
    with pytest.raises(ImageError):
        load_image(content)


def test_a_cut_image_is_refused(image: bytes) -> None:
    with pytest.raises(ImageError):
        load_image(image[: len(image) // 2])


def test_two_programs_may_have_types_of_one_name(tmp_path: Path) -> None:
    one = "record P(x: Int)\ntask main() -> Str {\n    let ps = [P(1)]\n    ps.to_str()\n}\n"
    two = 'record P(name: Str, other: Int)\ntask main() -> Str {\n    let ps = [P("a", 2)]\n    ps.to_str()\n}\n'
    first = load_image(build_image(compile_text(one, tmp_path)))
    second = load_image(build_image(compile_text(two, tmp_path)))
    assert Run(first, "main", []).value == "[P(x: 1)]"
    assert Run(second, "main", []).value == '[P(name: "a", other: 2)]'
    assert Run(first, "main", []).value == "[P(x: 1)]"


def test_running_an_image_loads_no_compiler(image: bytes, tmp_path: Path) -> None:
    (tmp_path / "image").write_bytes(image)
    script = (
        "import sys\n"
        "from tekrt.interp import load_image\n"
        "machine = load_image(open(sys.argv[1], 'rb').read())\n"
        "heavy = [m for m in ('re', 'json', 'typing', 'dataclasses', 'enum', 'pathlib', 'attrs', 'tekc', 'tekrt.interp.codegen',\n"
        "         'tekrt.interp.flow', 'tekrt.interp.tasks', 'tekrt.ir.ops') if m in sys.modules]\n"
        "print(heavy)"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", script, str(tmp_path / "image")], capture_output=True, text=True, check=True,
        env={"PYTHONPATH": ":".join(path for path in sys.path if path), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert done.stdout.strip() == "[]"
