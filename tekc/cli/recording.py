"""How a run of the command line is recorded: where it is kept, what stands in ``run.json`` and in the evidence."""

from __future__ import annotations

import os

from tekc.cli.status import DENIED, DONE, INTERRUPTED, SPENT, Stop
from tekrt.abi import Evidence, Manifest, Reach, Run, Source
from tekrt.effects.run_store import Foreign, RunStore, own_folder, user_key
from tekrt.kernel.ledger_chain import canonical, digest
from tekrt.kernel.ledger_file import FileLedger
from tekrt.values.failure import Failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tekc.cli.session import Session
    from tekrt.kernel import Broker, World

_WORDS = {DONE: "done", DENIED: "denied", SPENT: "spent", INTERRUPTED: "interrupted"}


class Recording:
    """The record of one run, from before its first effect to its end."""

    def __init__(self, session: Session, broker: Broker, given: dict[str, list[str]]) -> None:
        world = broker.world
        self.session = session
        self.world = world
        self.run = _run(session, broker, given)
        self.manifest = _manifest(session)
        texts = {"run.json": _text(self.run.as_plain()), "manifest.json": _text(self.manifest.as_plain())}
        self.store = RunStore(self.run.name, self._place, texts)
        self.ledger = FileLedger(self.store, self.run.name, self.run.as_plain(), world.monotonic)
        broker.run = self.run.name
        broker.ledger = self.ledger

    def _place(self) -> tuple[str, str, bytes]:
        try:
            state = usable_state()
            key = user_key(state)
            base = state
            if os.path.exists(f"{self.run.root}/tek.toml") and (os.access(self.run.root, os.W_OK) or _has_own(self.run.root)):
                base = own_folder(self.run.root, key, make=True) or state
        except Foreign as foreign:
            raise Failure("denied", foreign_text(foreign)) from None
        return base, state, key

    def finish(self, status: int) -> None:
        """Write how the run ended, and what proves it.  Fails with kind ``io`` where that cannot be kept."""
        ended = self.world.now()
        self.ledger.finish(ended, _WORDS.get(status, "failed"))
        if not self.ledger.opened:
            return
        run = self.run
        run.ended, run.status = ended, _WORDS.get(status, "failed")
        run.records, run.head = self.ledger.count, self.ledger.head
        text = _text(run.as_plain())
        self.store.write("run.json", text)
        files = [Source("run.json", digest(text.encode())), Source("manifest.json", digest(_text(self.manifest.as_plain()).encode()))]
        evidence = Evidence(run, self.manifest, _sources(self.session.path), files, run.records, run.head)
        self.store.write("evidence.json", _text(evidence.as_plain()))


def _has_own(root: str) -> bool:
    return os.path.lexists(f"{root}/.tek")


def _text(plain: object) -> str:
    return canonical(plain) + "\n"


def _run(session: Session, broker: Broker, given: dict[str, list[str]]) -> Run:
    from tekc.cli.version import version

    now = broker.world.now()
    seconds, rest = divmod(now, 1_000_000_000)
    import time

    name = time.strftime("%Y%m%d-%H%M%S", time.gmtime(seconds)) + f"-{rest // 1000:06}-{broker.world.random(4).hex()}"
    secret = {p.name for p in session.task.params if "Secret" in repr(p.type)}
    typed = [f"--{name}={'***' if name in secret else word}" for name, words in given.items() for word in words]
    return Run(
        name, os.path.abspath(session.path), session.name, typed, session.root, now, broker.permit.as_data(),
        code=session.machine.digest, version=version(),
    )  # fmt: skip


def _manifest(session: Session) -> Manifest:
    from tekrt.scopes.templates import widest

    return Manifest(session.name, [Reach(by, str(widest(template))) for by, template in session.task.reach])


def _sources(path: str) -> list[Source]:
    """Return the files that the program was compiled from, with the digests that they had then where the cache knows them."""
    from tekc.driver.cache import open_cache

    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError:
        return [Source(path, "")]
    known = open_cache().sources("run", path, content)
    return [Source(name, found) for name, found in known] or [Source(path, digest(content))]


def record(session: Session, broker: Broker, given: dict[str, list[str]]) -> Recording:
    """Have a run recorded."""
    return Recording(session, broker, given)


# ---- places


def usable_state() -> str:
    """Return the user's state folder, made where it is missing; a private one among the temporary files where that cannot be.

    Raises Foreign where that one belongs to somebody else.
    """
    from tekc.cli.state import state_folder

    folder = state_folder()
    if folder is not None:
        try:
            os.makedirs(folder, 0o700, exist_ok=True)
        except OSError:
            pass  # a home that cannot be written, as in many containers
        if os.access(folder, os.W_OK):
            return folder
    folder = f"{os.path.realpath(os.environ.get('TMPDIR') or '/tmp')}/tekc-{os.geteuid()}"
    try:
        os.mkdir(folder, 0o700)
    except FileExistsError:
        pass  # judged below
    except OSError as error:
        raise Failure("io", f"cannot keep the record of this run: there is no folder for it ({error.strerror}); set XDG_STATE_HOME") from None
    found = os.lstat(folder)
    if found.st_uid != os.geteuid() or found.st_mode & 0o40077 != 0o40000:
        raise Foreign(folder, "others may change it")
    return folder


def refuse_foreign(root: str, world: World | None = None) -> None:
    """Refuse a root whose ``.tek`` this user's tekc did not write.

    Raises:
        Stop: it is so, which was said.
    """
    if not os.path.lexists(f"{root}/.tek"):
        return
    from tekc.cli.console import err
    from tekc.diagnostics.render_chars import safe

    try:
        own_folder(root, user_key(usable_state()), make=False)
    except Foreign as foreign:
        err(f"error: {safe(foreign_text(foreign))}\n")
        raise Stop(DENIED) from None


def foreign_text(foreign: Foreign) -> str:
    """Return what is wrong with a folder, and the command that removes it."""
    from shlex import quote

    remove = "rm -rf --" if os.path.isdir(foreign.path) and not os.path.islink(foreign.path) else "rm --"
    return f"`{foreign.path}` was not written by your tekc: {foreign.why}; to remove it: {remove} {quote(foreign.path)}"
