"""Policies as pure Tek functions."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.granting.conftest import Tekc
from tests.granting.test_trust import trust

DECIDE = """fn decide(request: Request) -> Decision {
    if request.kind == "env" {
        return Ask("see {request.scope}?")
    }
    if request.scope.starts_with("out/") { Allow } else { Deny("not {request.scope}") }
}
"""


def run(tekc: Tekc, script: Path, text: str, *words: str) -> tuple[int, str, str]:
    (script.parent / "d.tek").write_text(text)
    return tekc("run", "--policy", "../d.tek", *words, "main.tek")


def test_a_function_allows_denies_and_asks(script: Path, tekc: Tekc) -> None:
    status, _, err = run(tekc, script, DECIDE)
    assert status == 4
    assert 'env("HOME")' in err
    assert "out/a.txt" not in err
    assert run(tekc, script, DECIDE, "--allow", 'env("HOME")')[:2] == (0, "done\n")
    status, _, err = run(tekc, script, DECIDE.replace("out/", "build/"), "--allow-needs")
    assert status == 4
    assert "not out/a.txt" in err


@pytest.mark.parametrize(
    ("body", "part"),
    [
        ('fail "broken"', "broken"),
        ("while true { }\n    Allow", "steps"),
        ("let xs = [1]\n    if xs[5] == 1 { Allow } else { Allow }", "index"),
        ('print("x")\n    Allow', "must be pure"),
        ("yes", "no `fn decide"),
    ],
)
def test_a_function_that_fails_or_has_effects_denies(script: Path, tekc: Tekc, body: str, part: str) -> None:
    status, out, err = run(tekc, script, "fn decide(request: Request) -> Decision {\n    " + body + "\n}\n", "--allow-needs")
    assert (status, out) == (4, "")
    assert part in err


def test_a_function_may_name_the_module(script: Path, tekc: Tekc) -> None:
    for text in (
        "import policy\nfn decide(r: policy.Request) -> policy.Decision => policy.Allow\n",
        "import policy { Request, Decision }\nfn decide(r: Request) -> Decision => Allow\n",
    ):
        assert run(tekc, script, text)[:2] == (0, "done\n")


def test_one_beneath_the_root_narrows_until_it_is_trusted_with_all_that_it_imports(script: Path, tekc: Tekc) -> None:
    (script / "tek.toml").write_text("[policy]\ndecide = 'rules/p.tek'\n")
    (script / "rules").mkdir()
    (script / "rules/p.tek").write_text("import .words\nfn decide(request: Request) -> Decision => words.say(request.kind)\n")
    words = script / "rules/words.tek"
    words.write_text("import policy { Decision }\npub fn say(kind: Str) -> Decision => Allow\n")
    assert tekc("run", "main.tek").status == 4
    assert tekc("run", "--allow-needs", "main.tek").status == 0
    trust(tekc)
    assert tekc("run", "main.tek").status == 0
    words.write_text('import policy { Decision }\npub fn say(kind: Str) -> Decision => if kind == "" { Deny("") } else { Allow }\n')
    assert tekc("run", "main.tek").status == 4


def test_what_a_script_says_reaches_a_policy_with_control_characters_escaped(script: Path, tekc: Tekc) -> None:
    (script / "main.tek").write_text('import fs\ntask main(n: Str) needs fs.write("{n}") {\n    fs.write_text("{n}", "")\n}\n')
    (script.parent / "d.tek").write_text("fn decide(request: Request) -> Decision => Deny(request.scope)\n")
    found = tekc("run", "--policy", "../d.tek", "main.tek", "a\x1b[2Jb")
    assert found.status == 4
    assert "\x1b" not in found.err
