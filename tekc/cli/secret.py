"""``tekc secret set|list|remove``: the secrets that scripts may use by name."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tekc.cli.console import err, is_terminal, out
from tekc.cli.recording import usable_state
from tekc.cli.status import DONE, FAILED, Usage
from tekc.diagnostics.suggest import closest
from tekrt.effects.run_store import Foreign
from tekrt.effects.secret_store import SecretStore
from tekrt.values.failure import Failure

if TYPE_CHECKING:
    from tekc.cli.commands import Line

_VERBS = ("set", "list", "remove")
_MOST = 1 << 20


def secret(line: Line) -> int:
    """Keep, list or forget secrets; a value comes from a hidden prompt or from standard input, never from the command line."""
    verb, *names = line.words
    if verb not in _VERBS:
        near = closest(verb, _VERBS)
        raise Usage(f"`tekc secret` has no `{verb}`", f"did you mean `{near}`?" if near else "it has set, list and remove")
    if (verb == "list") != (not names):
        raise Usage(f"`tekc secret {verb}` takes no name" if verb == "list" else f"`tekc secret {verb}` needs a NAME")
    try:
        store = SecretStore(usable_state())
        if verb == "list":
            out("".join(name + "\n" for name in store.names()))
            return DONE
        return _set(store, _name(names[0])) if verb == "set" else _remove(store, names[0])
    except Failure as failure:
        err(f"error: {failure.message}\n")
        return FAILED
    except Foreign as foreign:
        err(f"error: `{foreign.path}` cannot be used: {foreign.why}\n")
        return FAILED


def _name(name: str) -> str:
    from tekrt.scopes import Capability, ScopeError, check

    try:
        check(Capability("secret", name))
    except ScopeError as error:
        raise Usage(f"`{name}` is no name of a secret: {error.message}") from None
    return name


def _set(store: SecretStore, name: str) -> int:
    value = _value(name)
    if not value:
        raise Usage(f"the secret `{name}` is empty; nothing was kept")
    where = store.set(name, value)
    err(f"`{name}` is kept in " + ("the system's keyring\n" if where == "keyring" else f"the encrypted file {store.path}\n"))
    return DONE


def _value(name: str) -> str:
    """Return what was typed unseen, or standard input without its last newline."""
    if is_terminal(sys.stdin):
        from getpass import getpass

        try:
            return getpass(f"Value of `{name}` (it is not shown): ")
        except EOFError:
            return ""
    stream = getattr(sys.stdin, "buffer", None)
    data = stream.read(_MOST + 1) if stream is not None else sys.stdin.read(_MOST + 1).encode()
    if len(data) > _MOST:
        raise Usage("a secret has at most 1 MiB")
    try:
        text: str = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Usage("a secret is UTF-8 text; encode other bytes as base64") from None
    return text.removesuffix("\n").removesuffix("\r")


def _remove(store: SecretStore, name: str) -> int:
    if store.remove(name):
        err(f"`{name}` is forgotten\n")
        return DONE
    near = closest(name, store.names())
    err(f"error: there is no secret `{name}`" + (f"; did you mean `{near}`?\n" if near else "\n"))
    return FAILED
