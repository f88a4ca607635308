"""What may be done with a `Secret`, and that its content comes nowhere else."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.secrets.conftest import Tekc, Write

VALUE = "hunter2-hunter2"
NEEDS = 'needs secret("token"), process("printf"), process("cat"), process("sh"), fs.write("out/**"), env("*")'


@pytest.fixture(autouse=True)
def value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEK_SECRET_TOKEN", VALUE)


def script(*lines: str) -> str:
    body = "\n    ".join(lines)
    return f'import env\nimport fs\nimport process\nimport secret\n\ntask main() {NEEDS} {{\n    let token = secret.get("token")\n    {body}\n}}\n'


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ('print($"printf %s {token}".text())', VALUE),
        ('print($"printf %s --x={token}".text())', "--x=" + VALUE),
        ('print($"printf %s%s {[token, "{token}!"]}".text())', f"{VALUE}{VALUE}!"),
        ('print($"cat".stdin("a {token}").text())', "a " + VALUE),
        ('print($"cat".stdin(token).text())', VALUE),
        ('print($"cat".stdin("plain").text())', "plain"),
        ("print($r\"sh -c 'echo $A $B'\".env([\"A\": token, \"B\": \"b\"]).text())", VALUE + " b"),
        ("print($r\"sh -c 'echo $B'\".env([\"B\": \"b\"]).text())", "b"),
    ],
)
def test_commands_take_secrets(write: Write, tekc: Tekc, line: str, printed: str) -> None:
    write(main=script(line))
    found = tekc("run", "--allow-needs", "main.tek")
    assert (found.status, found.out) == (0, printed + "\n"), found.err


@pytest.mark.parametrize(
    "line",
    ["print(token)", 'print("{token}")', 'eprint("is {token}")', 'let x = "a {token}"\n    print([1].map(fn(i) => "{i} {x}").len())',
     'print(env.get("TEK_SECRET_TOKEN"))', 'print($"printf %s {token}")', "print($\"sh -c env\".text())"],
)  # fmt: skip
def test_printing_shows_nothing_of_it(write: Write, tekc: Tekc, line: str) -> None:
    write(main=script(line))
    found = tekc("run", "--allow-needs", "main.tek")
    assert found.status == 0, found.err
    assert VALUE not in found.out + found.err


@pytest.mark.parametrize(
    "line",
    ['fs.write_text("out/x", token)', 'fs.write_text("out/x", "{token}")', "let s: Str = token", 'let s = "a" + token', "print(token == token)",
     "fs.read_text(Path(token))", "let m = [token: 1]", "print(token.len())", "env.get(token)", 'fail "x {token}"',
     "print(Set([token]))", "print(token < token)"],
)  # fmt: skip
def test_nothing_else_takes_one(write: Write, tekc: Tekc, line: str) -> None:
    write(main=script(line))
    assert tekc("run", "--allow-needs", "main.tek").status == 3


@pytest.mark.parametrize("header", ["task other(t: Secret) {}", "task other() -> Secret => secret.get(\"token\")"])
def test_tasks_take_and_give_names_not_values(write: Write, tekc: Tekc, header: str) -> None:
    write(main=f"import secret\n\n{header}\n")
    assert tekc("check", "main.tek").status == 3


def test_without_a_grant_a_secret_is_denied(write: Write, tekc: Tekc) -> None:
    write(main='import secret\ntask main(name: Str) needs secret("other") {\n    print(secret.get(name))\n}\n')
    assert tekc("run", "--allow-needs", "main.tek", "token").status == 4


def test_a_secret_that_is_not_there_says_how_to_keep_it(write: Write, tekc: Tekc) -> None:
    write(main='import secret\ntask main() needs secret("api-key") {\n    print(secret.get("api-key"))\n}\n')
    found = tekc("run", "--allow-needs", "main.tek")
    assert found.status == 1
    assert "tekc secret set api-key" in found.err
    assert "TEK_SECRET_API_KEY" in found.err


def test_the_ledger_has_the_name_and_not_the_value(write: Write, tekc: Tekc, tmp_path: Path) -> None:
    write(main=script('$"printf {token}".run()', '$"cat".stdin(token).run()', 'fs.write_text("out/x", $"printf %s {token}".text())'))
    (tmp_path / "work/tek.toml").write_text("")
    assert tekc("run", "--allow-needs", "main.tek").status == 0
    kept = [path for folder in (tmp_path / "state", tmp_path / "work/.tek") for path in folder.rglob("*") if path.is_file()]
    texts = [path.read_bytes() for path in kept]
    assert any(b'"secret"' in text and b'"token"' in text for text in texts)
    assert not any(VALUE.encode() in text for text in texts)


def test_a_failing_command_does_not_name_it(write: Write, tekc: Tekc) -> None:
    write(main=script("$\"sh -c 'exit 3' {token}\".run()"))
    found = tekc("run", "--allow-needs", "main.tek")
    assert found.status == 1
    assert VALUE not in found.err


class _Echo(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        said = f"{self.headers.get('Authorization')}|{body.decode()}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_GET = do_POST

    def log_message(self, *args: object) -> None:
        return


def test_requests_take_secrets_in_headers_and_bodies(write: Write, tekc: Tekc) -> None:
    write(
        main='import http\nimport secret\ntask main(port: Int) needs secret("token"), net("localhost:{port}") {\n'
        '    let t = secret.get("token")\n    let url = "http://localhost:{port}/"\n'
        '    print(http.get(url, headers: ["Accept": "a/b", "Authorization": "Bearer {t}"]).text())\n'
        '    print(http.post(url, http.Body.Secret("k={t}")).text())\n    print(http.get(url).text())\n}\n'
    )
    server = HTTPServer(("127.0.0.1", 0), _Echo)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        found = tekc("run", "--allow-needs", "main.tek", str(server.server_port))
    finally:
        server.shutdown()
        server.server_close()
    assert (found.status, found.out) == (0, f"Bearer {VALUE}|\nNone|k={VALUE}\nNone|\n"), found.err
