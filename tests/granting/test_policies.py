"""Policies in TOML: who may grant, who only narrows, and what is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.granting.conftest import GRANT, Tekc, Write


def test_a_policy_outside_the_root_grants(script: Path, tekc: Tekc) -> None:
    (script.parent / "p.toml").write_text(GRANT)
    assert tekc("run", "--policy", "../p.toml", "main.tek")[:2] == (0, "done\n")


def test_a_policy_that_does_not_mention_something_refuses_it_whatever_else_grants(script: Path, tekc: Tekc) -> None:
    (script.parent / "p.toml").write_text("allow = ['env(\"HOME\")']\n")
    for more in ([], ["--allow-needs"], ["--allow", 'fs.write("**")']):
        found = tekc("run", "--policy", "../p.toml", *more, "main.tek")
        assert found.status == 4
        assert "`" + str(script.parent / "p.toml") + "` does not allow it" in found.err
    assert not (script / "out").exists()


def test_a_policy_that_somebody_else_may_write_does_not_grant(script: Path, tekc: Tekc) -> None:
    policy = script.parent / "p.toml"
    policy.write_text(GRANT)
    policy.chmod(0o666)
    assert tekc("run", "--policy", "../p.toml", "main.tek").status == 4


@pytest.mark.parametrize("how", ["inside", "link to inside", "link from inside"])
def test_a_policy_beneath_the_root_only_narrows(script: Path, tekc: Tekc, how: str) -> None:
    inside, outside = script / "p.toml", script.parent / "p.toml"
    (outside if how == "link from inside" else inside).write_text(GRANT)
    if how == "link to inside":
        outside.symlink_to(inside)
    elif how == "link from inside":
        inside.symlink_to(outside)
    named = outside if how == "link to inside" else inside
    found = tekc("run", "--policy", str(named), "main.tek")
    assert found.status == 4
    assert "tekc trust" in found.err
    assert tekc("run", "--policy", str(named), "--allow-needs", "main.tek").status == 0


def test_another_root_does_not_make_a_policy_of_the_repository_foreign(script: Path, tekc: Tekc, tmp_path: Path) -> None:
    (script / "tek.toml").write_text("")
    (script / "p.toml").write_text(GRANT)
    other = tmp_path / "other"
    other.mkdir()
    assert tekc("run", "--root", str(other), "--policy", "p.toml", "main.tek").status == 4


def test_what_is_to_be_asked_is_refused_where_nobody_is_there(script: Path, tekc: Tekc) -> None:
    (script.parent / "p.toml").write_text("allow = ['fs.write(\"out/**\")']\nask = ['env(\"*\")']\n")
    for more in ([], ["--allow-needs"]):
        found = tekc("run", "--policy", "../p.toml", *more, "main.tek")
        assert found.status == 4
        assert "wants a person to be asked" in found.err
    assert tekc("run", "--policy", "../p.toml", "--allow", 'env("HOME")', "main.tek").status == 0


def test_something_to_be_asked_inside_of_what_is_allowed_is_asked(script: Path, tekc: Tekc) -> None:
    (script.parent / "p.toml").write_text(GRANT + "ask = ['fs.write(\"out/a*\")']\n")
    assert tekc("run", "--policy", "../p.toml", "main.tek").status == 4
    assert tekc("run", "--policy", "../p.toml", "main.tek", "--name", "b").status == 0


def test_limits_of_a_policy_bound_a_run_and_the_command_line_narrows_them(write: Write, tekc: Tekc, script: Path) -> None:
    write(loop="task main() {\n    var i = 0\n    while i < 5_000 {\n        i += 1\n    }\n}\n")
    (script.parent / "p.toml").write_text("[limits]\nsteps = 10_000\n")
    assert tekc("run", "--policy", "../p.toml", "loop.tek").status == 0
    assert tekc("run", "--policy", "../p.toml", "--limit", "steps=10", "loop.tek").status == 5
    (script.parent / "p.toml").write_text("[limits]\nsteps = 10\n")
    assert tekc("run", "--policy", "../p.toml", "--limit", "steps=100_000", "loop.tek").status == 5


def test_a_budget_of_processes_is_spent(write: Write, tekc: Tekc, script: Path) -> None:
    write(main='import process\ntask main() needs process("true") {\n    $"true".run()\n    $"true".run()\n}\n')
    (script.parent / "p.toml").write_text("[budget]\nprocess = 1\n")
    assert tekc("run", "--allow-needs", "--policy", "../p.toml", "main.tek").status == 5
    (script.parent / "p.toml").write_text("[budget]\nprocess = 2\n")
    assert tekc("run", "--allow-needs", "--policy", "../p.toml", "main.tek").status == 0


def test_no_script_reads_or_writes_the_policy_of_its_run(script: Path, write: Write, tekc: Tekc) -> None:
    write(main='import fs\ntask main(p: Path) needs fs.write("**") {\n    fs.write_text(p, "")\n}\n')
    (script / "p.toml").write_text("allow = ['fs.write(\"**\")']\n")
    assert tekc("run", "--policy", "p.toml", "--allow-needs", "main.tek", "p.toml").status == 4
    assert tekc("run", "--policy", "p.toml", "--allow-needs", "main.tek", "q.toml").status == 0


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("x", "is no TOML"),
        ("alow = []", "did you mean `allow`?"),
        ("allow = 'env'", "is a list of capabilities"),
        ("allow = [1]", "is a list of capabilities"),
        ("allow = ['fs.raed(\"x\")']", "did you mean `fs.read`?"),
        ("deny = []", "a policy has allow, ask"),
        ("decide = 'x.py'", "is the name of a Tek file"),
        ("[limits]\nstep = 1", "did you mean `steps`?"),
        ("[limits]\nsteps = 0", "a number from 1"),
        ("[limits]\nmemory = true", "takes a size"),
        ("limits = 1", "`limits` is a table"),
        ("[budget]\nprocess = 1.5", "an amount such as 20"),
        ("[budget]\ntime = 'soon'", "an amount such as"),
    ],
)
def test_a_policy_that_cannot_be_followed_is_a_wrong_use(script: Path, tekc: Tekc, text: str, part: str) -> None:
    (script.parent / "p.toml").write_text(text)
    found = tekc("run", "--policy", "../p.toml", "main.tek")
    assert (found.status, found.out) == (2, "")
    assert part in found.err
