"""Keeping secrets: ``tekc secret`` and the encrypted file."""

from __future__ import annotations

import io
import json
import sys
import types
from pathlib import Path

import pytest

from tekrt.effects import secret_store
from tekrt.effects.secret_store import SecretStore
from tekrt.values.failure import Failure
from tests.secrets.conftest import Tekc, Write


class InvalidToken(Exception):
    pass


class FakeFernet:
    """Stands in for the library: the tests are about what we do with it."""

    def __init__(self, key: bytes) -> None:
        self.key = key

    def encrypt(self, data: bytes) -> bytes:
        return (self.key + data).hex().encode()

    def decrypt(self, token: bytes) -> bytes:
        data = bytes.fromhex(token.decode())
        if not data.startswith(self.key):
            raise InvalidToken
        return data[len(self.key) :]


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> None:
    fernet = types.ModuleType("cryptography.fernet")
    fernet.Fernet, fernet.InvalidToken = FakeFernet, InvalidToken  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "cryptography", types.ModuleType("cryptography"))
    monkeypatch.setitem(sys.modules, "cryptography.fernet", fernet)
    monkeypatch.setattr(secret_store, "keyring", lambda: None)


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_a_secret_is_kept_listed_used_and_forgotten(
    library: None, write: Write, tekc: Tekc, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    typed(monkeypatch, "hunter2\n")
    assert tekc("secret", "set", "token").status == 0
    assert tekc("secret", "list").out == "token\n"
    kept = tmp_path / "state/tekc/secrets.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert "hunter2" not in kept.read_text()
    write(main='import secret\nimport process\ntask main() needs secret("token"), process("printf") {\n    print($"printf %s {secret.get("token")}".text())\n}\n')
    assert tekc("run", "--allow-needs", "main.tek").out == "hunter2\n"
    assert tekc("secret", "remove", "token").status == 0
    assert tekc("secret", "list").out == ""
    assert tekc("run", "--allow-needs", "main.tek").status == 1


def test_a_variable_of_the_environment_comes_first(
    library: None, write: Write, tekc: Tekc, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, "kept")
    tekc("secret", "set", "token")
    monkeypatch.setenv("TEK_SECRET_TOKEN", "from-ci")
    write(main='import secret\nimport process\ntask main() needs secret("token"), process("cat") {\n    print($"cat".stdin(secret.get("token")).text())\n}\n')
    assert tekc("run", "--allow-needs", "main.tek").out == "from-ci\n"


def test_entries_cannot_be_exchanged_or_made_up(library: None, tmp_path: Path) -> None:
    store = SecretStore(str(tmp_path / "s"))
    store.set("a", "1")
    store.set("b", "2")
    entries = json.loads(Path(store.path).read_text())
    for bad in (entries["b"], {"in": "file", "value": "zz"}, {"in": "file"}, 3):
        Path(store.path).write_text(json.dumps({"a": bad}))
        with pytest.raises(Failure, match="was not written by your tekc"):
            store.get("a")


def test_a_file_that_others_may_read_is_not_used(library: None, tmp_path: Path) -> None:
    store = SecretStore(str(tmp_path / "s"))
    store.set("a", "1")
    Path(store.path).chmod(0o644)
    with pytest.raises(Failure, match="by others"):
        store.get("a")


def test_without_a_library_nothing_is_kept_and_it_is_said(tekc: Tekc, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "cryptography", None)
    monkeypatch.setattr(secret_store, "keyring", lambda: None)
    typed(monkeypatch, "hunter2")
    found = tekc("secret", "set", "token")
    assert found.status == 1
    assert "pip install" in found.err
    assert not (tmp_path / "state/tekc/secrets.json").exists()


def test_a_keyring_is_used_where_there_is_one(tekc: Tekc, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Ring(dict[tuple[str, str], str]):
        def set_password(self, service: str, name: str, value: str) -> None:
            self[service, name] = value

        def get_password(self, service: str, name: str) -> str | None:
            return self.get((service, name))

        def delete_password(self, service: str, name: str) -> None:
            del self[service, name]

    ring, errors = Ring(), types.ModuleType("keyring.errors")
    errors.KeyringError = type("KeyringError", (Exception,), {})  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", types.ModuleType("keyring"))
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    monkeypatch.setattr(secret_store, "keyring", lambda: ring)
    typed(monkeypatch, "hunter2\n")
    assert tekc("secret", "set", "token").status == 0
    assert ring == {("tekc", "token"): "hunter2"}
    assert SecretStore(str(tmp_path / "state/tekc")).get("token") == "hunter2"
    assert tekc("secret", "remove", "token").status == 0
    assert ring == {}


@pytest.mark.parametrize(
    ("words", "part"),
    [(["sett", "x"], "did you mean `set`?"), (["set"], "needs a NAME"), (["list", "x"], "takes no name"), ([], "needs set|list|remove"),
     (["set", "x", "value"], "too many"), (["set", ""], "is no name of a secret")],
)  # fmt: skip
def test_a_wrong_command_line_is_status_2(tekc: Tekc, monkeypatch: pytest.MonkeyPatch, words: list[str], part: str) -> None:
    typed(monkeypatch, "x")
    found = tekc("secret", *words)
    assert found.status == 2
    assert part in found.err


def test_an_empty_secret_is_refused_and_one_that_is_missing_is_not_removed(
    library: None, tekc: Tekc, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, "\n")
    assert tekc("secret", "set", "x").status == 2
    assert tekc("secret", "remove", "x").status == 1
