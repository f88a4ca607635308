"""Profiles of tools: complete, harmless, and enough for the tool to work."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tekrt.effects.profile import Profile
from tekrt.values.scalars import Command
from tekstd import process, profiles
from tests.sandbox.conftest import Box

Make = Callable[..., Box]
SECRET = (".ssh/id", ".netrc", ".npmrc", ".pypirc", "credentials", ".docker/config.json", ".aws", ".gnupg", "pip.conf")


@pytest.mark.parametrize("name", profiles.NAMES)
def test_a_profile_reads_no_secrets_and_only_its_caches_are_written(name: str) -> None:
    profile = profiles.load(name)
    assert name in profile.programs
    assert not [path for path in profile.reads for secret in SECRET if secret in path]
    for source, target, writable in profile.binds("/real", "/home", "/nonexistent/caches"):
        assert target.startswith("/home/")
        assert source.startswith("/nonexistent/caches/" if writable else "/real/")


def test_programs_have_one_profile_each() -> None:
    names = [program for name in profiles.NAMES for program in profiles.load(name).programs]
    assert len(names) == len(set(names))
    assert profiles.profile_of("git") is profiles.load("git")
    assert profiles.profile_of("no-such-tool") is None


@pytest.mark.parametrize("path", ["/etc/passwd", "~/../x", "x"])
def test_a_profile_stays_in_the_home_folder(path: str) -> None:
    with pytest.raises(ValueError, match="home folder"):
        Profile("x", ["x"], [path], [], {})


def run(box: Box, *argv: str) -> str:
    return process.text(box.context, Command(argv))


needs = pytest.mark.skipif


@needs(not shutil.which("git"), reason="no git")
def test_git_commits_with_the_users_name_and_shows_nothing_else_of_home(box: Make, root: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text("[user]\nname = Ada\nemail = ada@example.com\n[init]\ndefaultBranch = main\n")
    (home / ".netrc").write_text("password")
    made = box('process("git"), fs.read("**"), fs.write("**")', environment={"PATH": os.environ["PATH"], "HOME": str(home)}, home=str(home))
    run(made, "git", "init", "-q")
    run(made, "git", "add", "src")
    run(made, "git", "commit", "-q", "-m", "first")
    assert run(made, "git", "log", "--format=%an %s") == "Ada first"
    assert run(made, "git", "status", "--short", "src") == ""
    assert made.sh("cat ~/.netrc")[0] != 0


@needs(not shutil.which("gcc") or not shutil.which("make"), reason="no gcc or make")
def test_make_and_gcc_build_a_project(box: Make, root: Path) -> None:
    (root / "src/main.c").write_text('#include <stdio.h>\nint main(void) { puts("built"); return 0; }\n')
    (root / "Makefile").write_text("build/app: src/main.c\n\tmkdir -p build\n\tgcc -O1 -o $@ $<\n")
    made = box('process("make"), process("gcc"), process("build/app"), fs.read("src/**"), fs.read("Makefile"), fs.write("build/**")')
    process.run(made.context, Command(("make",)))
    assert run(made, "build/app") == "built"
    assert sorted(os.listdir(root)) == ["Makefile", "build", "out", "secret.txt", "src"]


@needs(not os.path.exists("/usr/bin/python3"), reason="no Python in the system")
def test_python_keeps_its_compiled_modules_to_itself(box: Make, root: Path) -> None:
    (root / "src/mod.py").write_text("x = 41\n")
    made = box('process("python3"), fs.read("src/**")', environment={"PATH": "/usr/bin:/bin", "HOME": "/nowhere"})
    assert run(made, "python3", "-c", "import sys; sys.path.insert(0, 'src'); import mod, ssl, sqlite3; print(mod.x + 1)") == "42"
    assert not (root / "src/__pycache__").exists()


@needs(not shutil.which("tar"), reason="no tar")
def test_tar_packs_and_unpacks(box: Make, root: Path) -> None:
    made = box('process("tar"), fs.read("src/**"), fs.read("out/**"), fs.write("out/**")')
    process.run(made.context, Command(("tar", "cf", "out/s.tar", "src")))
    process.run(made.context, Command(("tar", "xf", "out/s.tar", "-C", "out")))
    assert (root / "out/src/sub/b.h").read_text() == "beta"


@needs(not shutil.which("npm"), reason="no npm")
def test_npm_runs_a_script_of_the_project(box: Make, root: Path) -> None:
    (root / "package.json").write_text('{"name": "x", "version": "1.0.0", "scripts": {"build": "node -e \\"require(\'fs\').writeFileSync(\'out/js\', \'1\')\\""}}')
    made = box('process("npm"), process("node"), fs.read("package.json"), fs.write("out/**")')
    process.run(made.context, Command(("npm", "run", "build")))
    assert (root / "out/js").read_text() == "1"


@needs(not shutil.which("cargo"), reason="no cargo")
def test_cargo_builds_a_crate(rung: str, box: Make, root: Path) -> None:
    (root / "src/main.rs").write_text('fn main() { println!("crate"); }\n')
    (root / "Cargo.toml").write_text('[package]\nname = "x"\nversion = "0.1.0"\nedition = "2021"\n')
    (root / "Cargo.lock").write_text('version = 3\n\n[[package]]\nname = "x"\nversion = "0.1.0"\n')
    made = box('process("cargo"), process("target/**"), fs.read("**"), fs.write("target/**")')
    process.run(made.context, Command(("cargo", "build", "-q", "--offline", "--locked")))
    assert run(made, "target/debug/x") == "crate"


@pytest.mark.parametrize(("words", "start"), [(("ssh", "-V"), ""), (("curl", "--version"), "curl"), (("pip", "--version"), "pip"),
                                              (("docker", "--version"), "Docker"), (("go", "version"), "go version")])  # fmt: skip
def test_the_others_start(box: Make, words: tuple[str, ...], start: str) -> None:
    if not shutil.which(words[0]):
        pytest.skip(f"no {words[0]}")
    assert run(box(f'process("{words[0]}")'), *words).startswith(start)
