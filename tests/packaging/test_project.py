"""The files around the code: checks, workflows, hooks, rules of import."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def test_the_rules_of_import_hold() -> None:
    script = "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "runtime"), str(ROOT / "stdlib")])}
    done = subprocess.run(
        [sys.executable, "-c", script, "--no-cache"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_is_yaml_with_jobs_and_few_rights(path: Path) -> None:
    found = yaml.safe_load(path.read_text())
    assert found["permissions"] == {"contents": "read"}
    assert found["jobs"]
    for job in found["jobs"].values():
        assert job["runs-on"]
        assert job["steps"]


def test_the_tests_run_on_every_python_that_is_promised() -> None:
    matrix = yaml.safe_load((ROOT / ".github/workflows/tests.yml").read_text())["jobs"]["tests"]["strategy"]["matrix"]["python"]
    classifiers = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["classifiers"]
    promised = [match[1] for text in classifiers if (match := re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", text))]
    assert matrix == promised


def test_the_readme_names_the_command_of_the_checks() -> None:
    assert "$ .ci/run\n" in (ROOT / "README.md").read_text()
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert subprocess.run(["bash", "-n", str(ROOT / ".ci" / "run")], check=False).returncode == 0


def test_paths_in_the_readme_exist() -> None:
    text = (ROOT / "README.md").read_text()
    paths = re.findall(r"\]\((?!http)([^)#]+)\)", text) + re.findall(r"examples/[\w./-]+", text)
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_hooks_for_other_projects_format_and_check() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert {hook["id"]: hook["entry"] for hook in hooks} == {"tekc-fmt": "tekc fmt", "tekc-check": "tekc check"}
    assert yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]


def test_changelog_fragments_have_a_room_in_their_name() -> None:
    rooms = "language|library|cli|diagnostics|runtime|packaging"
    for path in (ROOT / "changelog.d").iterdir():
        assert path.name == "README.md" or re.fullmatch(rf"(\d+|\+[\w-]+)\.({rooms})\.md", path.name), path.name


def test_the_version_is_said_once() -> None:
    found = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert "version" not in found
    assert found["dynamic"] == ["version"]
