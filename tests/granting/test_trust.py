"""Authority never comes from the root: ``tek.toml``, profiles and ``tekc trust``."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from tests.granting.conftest import GRANT, Tekc


def digest_of(tekc: Tekc, path: str) -> str:
    return tekc("trust", path).err.split("--digest ")[1].strip()


def trust(tekc: Tekc, path: str = "tek.toml") -> None:
    assert tekc("trust", path, "--digest", digest_of(tekc, path)).status == 0


def test_a_tek_toml_grants_nothing_until_it_is_trusted_and_until_it_changes(script: Path, tekc: Tekc) -> None:
    (script / "tek.toml").write_text("[policy]\n" + GRANT)
    found = tekc("run", "main.tek")
    assert found.status == 4
    assert "tekc trust" in found.err
    trust(tekc)
    assert tekc("run", "main.tek")[:2] == (0, "done\n")
    (script / "tek.toml").write_text("[policy]\n" + GRANT + "# changed\n")
    assert tekc("run", "main.tek").status == 4


def test_an_untrusted_tek_toml_narrows(script: Path, tekc: Tekc) -> None:
    (script / "tek.toml").write_text("[policy]\nallow = ['env(\"HOME\")']\n")
    found = tekc("run", "--allow-needs", "main.tek")
    assert found.status == 4
    assert "does not allow it" in found.err


def test_a_trusted_tek_toml_does_not_widen_what_another_policy_allows(script: Path, tekc: Tekc) -> None:
    (script / "tek.toml").write_text("[policy]\n" + GRANT)
    trust(tekc)
    (script.parent / "p.toml").write_text("allow = ['env(\"HOME\")']\n")
    assert tekc("run", "--policy", "../p.toml", "main.tek").status == 4


def test_a_profile_takes_the_place_of_what_stands_outside_of_it(script: Path, tekc: Tekc) -> None:
    (script / "tek.toml").write_text("[policy]\nallow = []\n[profile.ci]\n" + GRANT)
    assert tekc("run", "--allow-needs", "main.tek").status == 4
    assert tekc("run", "--allow-needs", "--profile", "ci", "main.tek").status == 0
    assert tekc("run", "--profile", "ci", "main.tek").status == 4
    trust(tekc)
    assert tekc("run", "--profile", "ci", "main.tek").status == 0
    found = tekc("run", "--profile", "cy", "main.tek")
    assert found.status == 2
    assert "ci" in found.err


def test_a_digest_that_is_not_the_present_one_trusts_nothing(script: Path, tekc: Tekc) -> None:
    (script / "tek.toml").write_text("[policy]\n" + GRANT)
    assert tekc("trust", "tek.toml", "--digest", "0" * 64).status == 4
    assert tekc("run", "main.tek").status == 4


def test_a_digest_is_the_same_elsewhere(script: Path, tekc: Tekc, tmp_path: Path) -> None:
    (script / "tek.toml").write_text("[policy]\n" + GRANT)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/tek.toml").write_text("[policy]\n" + GRANT)
    assert digest_of(tekc, "tek.toml") == digest_of(tekc, str(tmp_path / "elsewhere/tek.toml"))
    trust(tekc, str(tmp_path / "elsewhere"))
    assert tekc("run", "main.tek").status == 4  # the place counts, too


@pytest.mark.parametrize(("answer", "status"), [("y\n", 0), ("n\n", 4), ("", 4)])
def test_on_a_terminal_trust_shows_the_file_and_asks(
    script: Path, tekc: Tekc, monkeypatch: pytest.MonkeyPatch, answer: str, status: int
) -> None:
    (script / "tek.toml").write_text("[policy]\n" + GRANT + "# \u202e\n")
    monkeypatch.setattr("tekc.cli.trust.is_terminal", lambda stream: True)
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    found = tekc("trust")
    assert found.status == status
    assert 'fs.write("out/**")' in found.err
    assert "\u202e" not in found.err
    assert tekc("run", "main.tek").status == status


def test_trust_that_was_written_by_somebody_without_the_key_counts_for_nothing(script: Path, tekc: Tekc, tmp_path: Path) -> None:
    (script / "tek.toml").write_text("[policy]\n" + GRANT)
    trust(tekc)
    kept = tmp_path / "state/tekc/trust.json"
    whole = json.loads(kept.read_text())
    (tmp_path / "state/tekc/key").unlink()
    assert tekc("run", "main.tek").status == 4
    kept.write_text(json.dumps({"seal": "0" * 64, "entries": whole["entries"]}))
    assert tekc("run", "main.tek").status == 4


def test_a_hostile_repository_gains_nothing(script: Path, tekc: Tekc, tmp_path: Path) -> None:
    (script / "tek.toml").write_text("[policy]\nallow = ['fs.write(\"**\")', 'env(\"*\")', 'process(\"*\")']\ndecide = 'all.tek'\n")
    (script / "all.tek").write_text("fn decide(request: Request) -> Decision => Allow\n")
    assert tekc("run", "main.tek").status == 4
    (script / ".tek").mkdir()
    (script / ".tek/trust.json").write_text("{}")
    found = tekc("run", "--allow-needs", "main.tek")
    assert found.status == 4
    assert "rm -rf" in found.err


@pytest.mark.parametrize("name", ["main.tek.bak", "notes.md"])
def test_only_policies_can_be_trusted(script: Path, tekc: Tekc, name: str) -> None:
    (script / name).write_text("")
    assert tekc("trust", name).status == 2
