"""The library in Tek, on the whole tool chain."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tekc.cli.test import run_test
from tekc.driver.warm import load
from tekrt.interp import load_image
from tests.net.conftest import Asked, Server, ok
from tests.stdlib.examples import example_program

ROOT = Path(__file__).parents[2]
SCRIPT = """
import http
import fs
import json

record Rate(code: Str, value: Float)

task fetch(day: Str) -> List[Rate] needs net.get("localhost:PORT") {
    json.decode(http.get("http://localhost:PORT/{day}.json", query: ["a": "b c"]).expect_ok().text())
}

task main(day: Str) {
    for rate in fetch(day) {
        print("{rate.code} {rate.value:.2}")
    }
}

task send() {
    print(http.post("http://localhost:PORT/in", http.JsonBody(json.of(["a": 1]))).json()["method"].as_str() ?? "")
    print(http.put("http://localhost:PORT/in", http.Form(["x": "1"]), headers: ["X-A": "b"]).header("x-method") ?? "none")
    print(http.delete("http://localhost:PORT/in").ok())
    print(http.head("http://localhost:PORT/in").status)
    print(http.request("OPTIONS", "http://localhost:PORT/in").text().len() > 0)
}

task save(out: Path) needs net.get("localhost:PORT"), fs.write(out) {
    http.download("http://localhost:PORT/x.json", out)
}

task missing() {
    let reply = try http.get("http://localhost:PORT/none").expect_ok() catch err {
        print("{err.kind}: {err.message}")
        return
    }
    print(reply.status)
}

task inside() needs net.get("*:*") {
    let url = "http://127.0.0.1:{PORT}/x.json"
    let result = try http.get(url)
    print(result.err().unwrap().kind)
}
"""


def answer(asked: Asked) -> bytes:
    """Play the server."""
    if asked.target == "/none":
        return ok("nothing here", status="404 Not Found")
    if asked.target.startswith("/x.json") or asked.target.startswith("/2026"):
        return ok('[{"code": "EUR", "value": 1}, {"code": "CHF", "value": 0.934}]', "Content-Type: application/json")
    return ok(f'{{"method": "{asked.method}"}}', f"X-Method: {asked.method}")


class Script:
    """The script with its server."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.folder, self.server = folder, server
        (folder / "rates.tek").write_text(SCRIPT.replace("PORT", str(server.port)))

    def run(self, *args: str, before: tuple[str, ...] = ()) -> tuple[int, str, str]:
        """Return status, output and errors of ``tekc run``."""
        path = os.pathsep.join(str(ROOT / part) for part in ("", "runtime", "stdlib"))
        environment = {**os.environ, "PYTHONPATH": path, "XDG_STATE_HOME": str(self.folder / "state"), "NO_COLOR": "1"}
        target = f"rates.tek{args[0]}" if args and args[0].startswith(":") else "rates.tek"
        rest = args[1:] if target != "rates.tek" else args
        done = subprocess.run([sys.executable, "-m", "tekc", "run", *before, target, *rest], cwd=self.folder, env=environment, capture_output=True,
                              text=True, check=False, stdin=subprocess.DEVNULL)  # fmt: skip
        return done.returncode, done.stdout, done.stderr


@pytest.fixture
def script(tmp_path: Path, serve: Any) -> Script:
    """The script, ready to run."""
    return Script(tmp_path, serve(answer))


def test_a_script_fetches_what_it_is_granted(script: Script) -> None:
    grant = ("--allow", f'net.get("localhost:{script.server.port}")')
    assert script.run("2026-01-01", before=grant) == (0, "EUR 1.00\nCHF 0.93\n", "")
    assert script.server.asked[0].target == "/2026-01-01.json?a=b%20c"


def test_without_a_grant_nothing_starts(script: Script) -> None:
    status, out, err = script.run("2026-01-01")
    assert (status, out) == (4, "")
    assert f"""--allow 'net.get("localhost:{script.server.port}")'""" in err
    assert script.run("2026-01-01", before=("--allow", 'net.get("localhost")'))[0] == 4
    assert script.run(":send", before=("--allow", f'net.get("localhost:{script.server.port}")'))[0] == 4
    assert not script.server.asked


def test_every_method_has_its_verb(script: Script) -> None:
    status, out, err = script.run(":send", before=("--allow", f'net("localhost:{script.server.port}")'))
    assert (status, out) == (0, "POST\nPUT\ntrue\n200\ntrue\n"), err
    assert [asked.method for asked in script.server.asked] == ["POST", "PUT", "DELETE", "HEAD", "OPTIONS"]
    assert script.server.asked[0].body == b'{"a":1}'
    assert script.server.asked[1].headers["x-a"] == "b"


def test_a_script_downloads(script: Script) -> None:
    assert script.run(":save", "out/rates.json", before=("--allow-needs",))[0] == 0
    assert (script.folder / "out/rates.json").read_text().startswith("[")


def test_a_status_can_be_made_a_failure(script: Script) -> None:
    port = script.server.port
    assert script.run(":missing", before=("--allow-needs",))[1] == f"io: http://localhost:{port}/none answered 404 Not Found: nothing here\n"


def test_any_name_is_no_grant_of_an_address(script: Script) -> None:
    assert script.run(":inside", before=("--allow-needs",))[1] == "denied\n"
    assert not script.server.asked


def test_a_denied_request_ends_with_status_4_at_its_line(script: Script) -> None:
    text = (script.folder / "rates.tek").read_text() + f'\ntask odd(name: Str) needs net.get("*:*") {{\n    http.get("http://{{name}}:{script.server.port}/")\n}}\n'
    (script.folder / "rates.tek").write_text(text)
    status, _, err = script.run(":odd", "127.0.0.1", before=("--allow-needs",))
    assert status == 4
    line = text.count("\n") - 1
    assert f"rates.tek:{line}" in err


def test_the_examples_of_the_documentation_hold(tmp_path: Path) -> None:
    path = tmp_path / "examples.tek"
    path.write_text("import json\n" + example_program(frozenset(["http"])).replace("import json\n", ""))
    loaded = load_image(load(str(path), "test")[0])
    assert len(loaded.tests) >= 6
    for info in loaded.tests:
        assert run_test(loaded, info).problem == []
