"""What people install: the wheel has all that tekc needs, and works alone."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    [made] = WheelBuilder(str(ROOT)).build(directory=str(tmp_path_factory.mktemp("dist")), versions=["standard"])
    return Path(made)


def names_in(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_every_source_of_the_three_packages_is_in_the_wheel(wheel: Path) -> None:
    names = names_in(wheel)
    for folder in (ROOT / "tekc", ROOT / "runtime" / "tekrt", ROOT / "stdlib" / "tekstd"):
        for path in folder.rglob("*"):
            if path.suffix in (".py", ".tek") or path.name == "py.typed":
                assert f"{folder.name}/{path.relative_to(folder)}" in names


def test_grammar_pages_and_licence_are_in_the_wheel(wheel: Path) -> None:
    names = names_in(wheel)
    assert "tekc/_grammar/tek.lark" in names
    for page in (ROOT / "docs" / "diagnostics").glob("*.md"):
        assert f"tekc/_pages/{page.name}" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_nothing_else_is_in_the_wheel(wheel: Path) -> None:
    tops = {name.split("/")[0].split("-")[0] for name in names_in(wheel)}
    assert tops == {"tekc", "tekrt", "tekstd"}


def test_the_command_is_a_script_of_our_own(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith("/scripts/tekc")]
        text = archive.read(name).decode()
    assert text.startswith("#!python\n")
    assert "import re" not in text


def test_the_wheel_works_alone(wheel: Path, tmp_path: Path) -> None:
    """In an environment with the dependencies and nothing of this checkout."""
    place = tmp_path / "env"
    venv.create(place, with_pip=False, symlinks=True)
    site = next((place / "lib").glob("python*/site-packages"))
    libraries = next(path for path in sys.path if (Path(path) / "attrs").is_dir())
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    for name in ("attr", "attrs", "yaml", "re2.py", "_re2"):
        for found in Path(libraries).glob(f"{name}*"):
            target = site / found.name
            if not target.exists():
                target.symlink_to(found)
    environment = {**os.environ, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "c"), "XDG_STATE_HOME": str(tmp_path / "s")}
    environment.pop("PYTHONPATH", None)

    def tekc(*words: str) -> str:
        done = subprocess.run(
            [str(place / "bin" / "python"), "-m", "tekc", *words], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    tekc("new", "hello.tek")
    assert tekc("run", "hello.tek", "--name", "wheel") == "hello wheel\n"
    assert "1 passed, 0 failed" in tekc("test", "hello.tek")
    assert tekc("explain", "TEK0501").startswith("#")
