"""Where ``tekc secret set`` keeps secrets: the system's keyring, else a file that is encrypted with a key of the user's.

Both need a library that is an extra of the package (``keyring``, ``cryptography``); without them nothing is kept, since a home-made
cipher, or none, would be worse than a clear refusal.  The file ``secrets.json`` of the state folder has all names, and the encrypted
values of those that are not in the keyring.  Its key lies beside it, so it protects what is copied or backed up without the key, not
from programs of the same user.
"""

from __future__ import annotations

import json
import os
from typing import Any

from tekrt.effects.run_store import Foreign, sealed, user_key
from tekrt.values.failure import Failure

SERVICE = "tekc"
_KEYRING = "keyring"
_EXTRA = "install the extra: pip install 'tekc[secrets]'"


class SecretStore:
    """The secrets of a user, kept beneath the state folder ``state``.  Everything fails with kind ``io`` where that cannot be."""

    def __init__(self, state: str) -> None:
        self.state = state
        self.path = f"{state}/secrets.json"

    def names(self) -> list[str]:
        """Return the names of all secrets, sorted."""
        return sorted(self._entries())

    def get(self, name: str) -> str | None:
        """Return the value of a secret, or None."""
        entry = self._entries().get(name)
        if entry is None:
            return None
        if entry == {"in": _KEYRING}:
            return self._from_keyring(name)
        return self._opened(name, entry)

    def set(self, name: str, value: str) -> str:
        """Keep a secret; return where: ``keyring`` or ``file``."""
        ring = keyring()
        if ring is not None and self._into_keyring(ring, name, value):
            entry: dict[str, str] = {"in": _KEYRING}
        else:
            entry = {"in": "file", "value": self._cipher().encrypt(json.dumps([name, value]).encode()).decode()}
        entries = self._entries()
        entries[name] = entry
        self._write(entries)
        return entry["in"]

    def remove(self, name: str) -> bool:
        """Forget a secret; False where there is none."""
        entries = self._entries()
        entry = entries.pop(name, None)
        if entry is None:
            return False
        ring = keyring() if entry == {"in": _KEYRING} else None
        if ring is not None:
            from keyring.errors import KeyringError  # type: ignore[import-not-found,unused-ignore]

            try:
                ring.delete_password(SERVICE, name)
            except KeyringError as error:
                raise Failure("io", f"the system's keyring does not forget `{name}`: {error}") from None
        self._write(entries)
        return True

    # ---- the keyring

    def _into_keyring(self, ring: Any, name: str, value: str) -> bool:
        from keyring.errors import KeyringError  # type: ignore[import-not-found,unused-ignore]

        try:
            ring.set_password(SERVICE, name, value)
        except KeyringError:
            return False  # locked, or nobody is there to unlock it: the file is next
        return True

    def _from_keyring(self, name: str) -> str | None:
        ring = keyring()
        if ring is None:
            raise Failure("io", f"the secret `{name}` is in the system's keyring, which cannot be reached; {_EXTRA}")
        from keyring.errors import KeyringError  # type: ignore[import-not-found,unused-ignore]

        try:
            found: str | None = ring.get_password(SERVICE, name)
        except KeyringError as error:
            raise Failure("io", f"the system's keyring does not give `{name}`: {error}") from None
        return found

    # ---- the file

    def _cipher(self) -> Any:
        try:
            from cryptography.fernet import Fernet  # type: ignore[import-not-found,unused-ignore]
        except ImportError:
            raise Failure("io", f"there is no keyring here, and no library to encrypt a file with; {_EXTRA}") from None
        from base64 import urlsafe_b64encode

        try:
            key = user_key(self.state)
        except Foreign as foreign:
            raise Failure("io", f"`{foreign.path}` cannot be used: {foreign.why}") from None
        return Fernet(urlsafe_b64encode(bytes.fromhex(sealed(key, b"tek secrets", ""))))

    def _opened(self, name: str, entry: Any) -> str:
        cipher = self._cipher()
        from cryptography.fernet import InvalidToken  # type: ignore[import-not-found,unused-ignore]

        try:
            known, value = json.loads(cipher.decrypt(entry["value"].encode()))
        except (InvalidToken, KeyError, TypeError, ValueError, AttributeError):
            known, value = None, None
        if known != name or not isinstance(value, str):
            raise Failure("io", f"the secret `{name}` in `{self.path}` was not written by your tekc; set it again: tekc secret set {name}")
        return value

    def _entries(self) -> dict[str, Any]:
        try:
            with open(os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), encoding="utf-8") as file:
                found = os.fstat(file.fileno())
                if found.st_uid != os.geteuid() or found.st_mode & 0o077:
                    raise Failure("io", f"`{self.path}` can be read or changed by others: chmod 600 it, or remove it")
                entries = json.load(file)
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as error:
            raise Failure("io", f"`{self.path}` cannot be read: {error}") from None
        if not isinstance(entries, dict):
            raise Failure("io", f"`{self.path}` is damaged")
        return entries

    def _write(self, entries: dict[str, Any]) -> None:
        part = f"{self.path}.{os.getpid()}~"
        try:
            os.makedirs(self.state, 0o700, exist_ok=True)
            with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600), "w", encoding="utf-8") as file:
                json.dump(entries, file, indent=1, sort_keys=True)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, self.path)
        except OSError as error:
            raise Failure("io", f"`{self.path}` cannot be written: {error.strerror}") from None


def keyring() -> Any:
    """Return the system's keyring, or None where there is none that works."""
    try:
        from keyring import get_keyring  # type: ignore[import-not-found,unused-ignore]
        from keyring.errors import KeyringError  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        return None
    try:
        found = get_keyring()
        return found if found.priority > 0 else None
    except (KeyringError, RuntimeError, OSError):
        return None
