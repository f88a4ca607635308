"""Running commands: judged, found, started without a shell, watched until they end.

A command is a pipeline of one stage or more.  All that it prints is read here: captured, or passed on to standard error as it
comes.  One loop waits for output, for the ends of the processes, for time limits and for cancellation; whatever ends it early
ends the processes with it.  When the first process of a stage has ended, what it left running in its group is ended too.
"""

from __future__ import annotations

import os
import selectors
import stat

from tekrt.effects.problems import failure
from tekrt.sandbox import Child, Confined, Plan, confinement, discard, network_of, spawn, take_over, view_of
from tekrt.values.failure import Failure, SpentLimit
from tekrt.values.scalars import Command, Secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from tekrt.effects.files import Files
    from tekrt.effects.profile import Profile
    from tekrt.effects.proxy import Proxy
    from tekrt.kernel import Broker, Context
    from tekrt.sandbox import Rung, View

KEPT = ("PATH", "HOME", "LANG", "TERM", "TZ", "TMPDIR")
"""Variables that every child gets."""
PIECE = 65_536
TICK = 0.2
"""Seconds between looks at cancellation while nothing happens."""
LINGER = 0.1
"""Seconds that output is waited for after the processes have ended, where something they left holds it open."""
TAIL = 4_000
"""Bytes of error output that are kept for the message of a failure."""
SIGPIPE_STATUS = 141
RELAY, CAPTURE = "relay", "capture"


class Result:
    """How a pipeline ended.  ``status`` is the last that was not 0; a stage that its reader left early does not count."""

    __slots__ = ("failed", "status", "stderr", "stdout", "tail")

    def __init__(self, status: int, failed: Command, stdout: bytes, stderr: bytes, tail: bytes) -> None:
        self.status = status
        self.failed = failed
        self.stdout = stdout
        self.stderr = stderr
        self.tail = tail


class Processes:
    """The process service of one run.  ``most`` is how many bytes of output a command may hand to the script."""

    def __init__(self, broker: Broker, most: int = 64 << 20) -> None:
        self.broker = broker
        self.files: Files = broker.files
        self.most = most
        self._running: list[Child | Confined] = []
        self._rung: Rung | None = None
        self._shown: dict[str, list[str]] = {}
        self._pins: dict[str, tuple[str, int, int, int, int, int]] = {}
        self._proxies: dict[Confined, Proxy] = {}
        self.profiles: Callable[[str], Profile | None] | None = None  # of tools, by program; the library has them

    def close(self) -> None:
        """End what still runs."""
        for child in list(self._running):
            child.end()
            self._running.remove(child)
            if isinstance(child, Confined):
                self._end_proxy(child)
                discard(child)
        if self._rung is not None:
            self._rung.close()
            self._rung = None

    @property
    def rung(self) -> Rung:
        """How children are confined here; found out when it is first asked for."""
        if self._rung is None:
            world = self.broker.world
            self._rung = confinement(self.broker.root, world.reserved[0] if world.reserved else "/tmp")
            if self._rung.sandbox is None:
                world.write_err(b"note: programs are not confined on this system; `tekc doctor` says why\n")
            elif not self._rung.sandbox.staged:
                world.write_err(b"note: programs are confined in part on this system; `tekc doctor` says how\n")
            self.broker.ledger.note("sandbox", "; ".join([self._rung.name, *(f"not {name}: {why}" for name, why in self._rung.why)]))
        return self._rung

    def execute(self, context: Context, command: Command, stdout: str, stderr: str) -> Result:
        """Run a pipeline; each stream is ``relay``-ed to standard error or ``capture``-d.

        Fails with ``denied``, with ``io`` where a program is not found, with ``timeout``; raises SpentLimit where more is
        captured than may be.
        """
        stages = command.stages()
        plans = [self._plan(context, stage, number) for number, stage in enumerate(stages)]
        self.broker.flush()

        def action() -> Result:
            if self.broker.budget is not None:
                self.broker.budget.spend("process", len(plans))
            return _Pipeline(self, context, stages, plans, stdout, stderr).run()

        judged = [self._concrete(stage) for stage in stages]
        for concrete in judged[1:]:
            self.broker.check(context, "process", concrete, "pipe")
        sandbox = self.rung.sandbox
        # a program that is shut in is no outward effect
        self.broker.ledger.confined = sandbox is not None and sandbox.staged and not network_of(context)
        detail = "run" if sandbox is not None and sandbox.staged else f"run {self.rung.name}"
        return self.broker.effect(context, "process", judged[0], detail, action)

    # ---- judging and finding

    def _concrete(self, stage: Command) -> tuple[str, ...]:
        argv = _plain(stage)
        return (self.files.place(argv[0]), *argv[1:]) if "/" in argv[0] else argv

    def _plan(self, context: Context, stage: Command, number: int) -> Plan:
        argv = _plain(stage)
        words = [self._revealed(word) for word in stage.argv]
        for word in words:
            if "\0" in word:
                raise Failure("io", f"an argument of `{argv[0]}` has a NUL character")
        concrete = self._concrete(stage)
        if not context.allows("process", concrete):
            self.broker.check(context, "process", concrete, "run")
        if number and stage.stdin is not None:
            raise Failure("io", f"`{argv[0]}` gets its input from the pipe: it cannot have `stdin` as well")
        program = self._by_path(concrete[0]) if "/" in argv[0] else self._by_name(context, argv[0])
        return Plan(program, words, self._environment(context, stage), self._folder(stage), None, None, None)

    def _by_path(self, path: str) -> str:
        self.files.guard(path)
        try:
            status = self.files.opener.lstat(path)
        except OSError as error:
            raise self.files.explain("run", path, error) from None
        if status is None:
            raise Failure("io", f"cannot run `{self.files.show(path)}`: there is no such file")
        if not stat.S_ISREG(status.st_mode):
            raise self.files.not_regular(path, status.st_mode)
        if not os.access(path, os.X_OK):
            raise Failure("io", f"cannot run `{self.files.show(path)}`: it is no program (its mode has no `x`)")
        return path

    def which(self, context: Context, name: str) -> str | None:
        """Return the path of the program that a name means, or None; fails with ``denied`` where it is not granted."""
        self.broker.check(context, "process", (name,), "which")
        return None if not name or "/" in name or "\0" in name else self._find(name)

    def _by_name(self, context: Context, name: str) -> str:
        path = self._find(name)
        if path is None:
            raise Failure("io", f"there is no program `{name}` in the folders of PATH: is it installed?")
        real = os.path.realpath(path)
        self._pin(name, real)
        if context.allows("fs.write", real):
            raise Failure("denied", f"`{name}` was found at `{real}`, which the task may write: name it by its path instead")
        return path

    def _pin(self, name: str, real: str) -> None:
        """Fail with ``denied`` where a name means another program, or changed content, since this run first started it."""
        status = os.stat(real)
        mark = (real, status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
        if self._pins.setdefault(name, mark) != mark:
            raise Failure("denied", f"`{name}` is not the program any more that it was when this run first started it")

    def _find(self, name: str) -> str | None:
        for folder in _folders(self.broker.world.environment.get("PATH", "")):
            path = folder + "/" + name if folder != "/" else "/" + name
            try:
                found = stat.S_ISREG(os.stat(path).st_mode) and os.access(path, os.X_OK)
            except OSError:
                continue  # not there, or not for us: the next folder may have it
            if found:
                return path
        return None

    def _folder(self, stage: Command) -> str:
        if stage.cwd is None:
            return self.files.root
        path = self.files.place(stage.cwd)
        self.files.guard(path)
        try:
            status = self.files.opener.lstat(path)
        except OSError as error:
            raise self.files.explain("enter", path, error) from None
        if status is None or not stat.S_ISDIR(status.st_mode):
            raise Failure("io", f"cannot run a command in `{stage.cwd}`: there is no such folder")
        return path

    def _environment(self, context: Context, stage: Command) -> dict[str, str]:
        ours = self.broker.world.environment
        env = {name: ours[name] for name in KEPT if name in ours}
        env["PATH"] = ":".join(_folders(ours.get("PATH", "")))
        if "LANG" not in env or ours.get("LC_ALL") or ours.get("LC_CTYPE"):
            env["LANG"] = ours.get("LC_ALL") or ours.get("LC_CTYPE") or env.get("LANG") or "C.UTF-8"
        for name, value in ours.items():
            if name not in env and context.permit.matches("env", name):
                env[name] = value
        for name, content in stage.env.items():
            if not name or "=" in name or "\0" in name:
                raise Failure("io", f"`{name}` is no name of an environment variable")
            text = self._revealed(content)
            if "\0" in text:
                raise Failure("io", f"the environment variable `{name}` has a NUL character")
            env[name] = text
        return env

    def _revealed(self, word: str | Secret) -> str:
        """Return the text of a word, the content of a secret: here it leaves for the program."""
        return self.broker.secrets.reveal(word) if isinstance(word, Secret) else word

    def _end_proxy(self, child: Confined) -> None:
        """End a child's proxy, and record where the child wanted to go."""
        proxy = self._proxies.pop(child, None)
        if proxy is None:
            return
        proxy.close()
        for scope in proxy.seen:
            try:
                self.broker.check(proxy.context, "net", scope, "program")
            except Failure:
                continue  # the program was told so; here it is recorded

    def start(self, context: Context, plan: Plan) -> Child | Confined:
        """Start one process and remember it until it has ended."""
        sandbox = self.rung.sandbox
        try:
            if sandbox is None:
                child: Child | Confined = spawn(plan)
            else:
                home = self._private_home(context, plan)
                binds = self._bring(plan, home)
                view = view_of(context, plan.program, plan.cwd, home, self._surroundings(plan), binds)
                child = self._networked(context, plan, view) if view.network == "proxy" and sandbox.staged else sandbox.spawn(plan, view)
        except OSError as error:
            raise failure(f"cannot run `{plan.argv[0]}`", error) from None
        self._running.append(child)
        return child

    def _networked(self, context: Context, plan: Plan, view: View) -> Confined:
        """Start a child whose only network is a proxy of ours."""
        from tekrt.effects.proxy import Proxy, variables

        sandbox = self.rung.sandbox
        assert sandbox is not None
        plan.environment.update(variables())
        proxy = Proxy(context)
        try:
            child = sandbox.spawn(plan, view, proxy.end)
        except BaseException:
            proxy.close()
            raise
        proxy.started()
        self._proxies[child] = proxy
        return child

    def _private_home(self, context: Context, plan: Plan) -> str:
        """Return where the child's private home folder is.  One that shows something real keeps doing so, the private one is elsewhere."""
        home = os.path.normpath(plan.environment.get("HOME", "/"))
        if not home.startswith("/") or home == "/" or any(place == home or place.startswith(home + "/") for place in ("/usr", "/etc", "/tmp")):
            home = "/tmp/home"
        places = [self.files.root, *context.state.folders]
        if any(home == place or home.startswith(place.rstrip("/") + "/") for place in places):
            home = "/tmp/home"
        if "HOME" in plan.environment:
            plan.environment["HOME"] = home
        if "TMPDIR" in plan.environment:
            plan.environment["TMPDIR"] = "/tmp"
        return home

    def _bring(self, plan: Plan, home: str) -> list[tuple[str, str, bool]]:
        """Give a tool with a profile its variables, and return what shows in its view."""
        profile = None if self.profiles is None else self.profiles(os.path.basename(plan.argv[0]))
        if profile is None:
            return []
        for name, value in profile.environment(self.files.root, home).items():
            plan.environment.setdefault(name, value)
        if not profile.reads and not profile.cache:
            return []
        from hashlib import blake2b

        reserved = self.broker.world.reserved
        mark = blake2b(os.fsencode(self.files.root), digest_size=8).hexdigest()
        caches = f"{reserved[1] if len(reserved) > 1 else '/tmp'}/programs/{mark}"
        return profile.binds(self.broker.world.home, home, caches)

    def _surroundings(self, plan: Plan) -> list[str]:
        from tekrt.sandbox.programs import surroundings

        found = self._shown.get(plan.program)
        if found is None:
            world = self.broker.world
            folders = _folders(world.environment.get("PATH", ""))
            found = self._shown[plan.program] = surroundings(folders, plan.program, world.home, self.files.root)
        return found

    def ended(self, child: Child | Confined) -> None:
        """Forget a process that has ended."""
        if child in self._running:
            self._running.remove(child)
            if isinstance(child, Confined):
                self._end_proxy(child)
                discard(child)


def _plain(stage: Command) -> tuple[str, ...]:
    """Return the words as they are judged and recorded."""
    if isinstance(stage.argv[0], Secret):
        raise Failure("denied", "the name of a program cannot be a secret")
    return tuple("***" if isinstance(word, Secret) else word for word in stage.argv)


def _folders(path: str) -> list[str]:
    """Return the absolute folders of a PATH; relative ones, and empty ones, would let the working directory choose programs."""
    return [folder for folder in path.split(":") if folder.startswith("/")]


def shown(command: Command) -> str:
    """Return a pipeline as one would type it."""
    from shlex import join

    return " | ".join(join([word if isinstance(word, str) else "***" for word in stage.argv]) for stage in command.stages())


class _Pipeline:
    """One run of a pipeline, from the first process started to the last one ended."""

    def __init__(self, service: Processes, context: Context, stages: list[Command], plans: list[Plan], stdout: str, stderr: str) -> None:
        self.service = service
        self.context = context
        self.stages = stages
        self.plans = plans
        self.keep_out = stdout == CAPTURE
        self.keep_err = stderr == CAPTURE
        self.out, self.err, self.tail = bytearray(), bytearray(), bytearray()
        self.children: list[Child | Confined] = []
        self.statuses: list[int | None] = []
        self.ours: set[int] = set()  # descriptors that we have to close
        self.selector = selectors.DefaultSelector()
        given = stages[0].stdin
        if isinstance(given, Secret):
            given = service.broker.secrets.reveal(given).encode("utf-8")
        self.input = memoryview(given or b"")
        self.deadline: int | None = None
        self.limit = min((stage.timeout for stage in stages if stage.timeout is not None), default=None)
        self.monotonic = service.broker.world.monotonic

    def run(self) -> Result:
        """Start everything, wait for everything."""
        started = self.monotonic()
        self.deadline = started + self.limit if self.limit is not None else None
        try:
            self._start()
            self._watch()
            for child, plan in zip(self.children, self.plans, strict=True):
                if isinstance(child, Confined) and child.staged and child.ended_itself:
                    take_over(self.service.files, self.context, child, plan.argv[0])
        except BaseException:
            # Interrupted, over a limit, or not all of it started: nothing of it goes on.
            for child in self.children:
                child.end()
            raise
        finally:
            for child in self.children:
                self.service.ended(child)
            self.selector.close()
            for fd in list(self.ours):
                self._close(fd)
        return self._result()

    # ---- starting

    def _pipe(self) -> tuple[int, int]:
        ends = os.pipe()  # not inherited
        self.ours.update(ends)
        return ends

    def _close(self, fd: int) -> None:
        if fd in self.ours:
            self.ours.remove(fd)
            os.close(fd)

    def _start(self) -> None:
        error_read, error_write = self._pipe()
        before: int | None = None
        if self.stages[0].stdin is not None:
            before, feed = self._pipe()
            os.set_blocking(feed, False)
            self.selector.register(feed, selectors.EVENT_WRITE, "in")
        for number, plan in enumerate(self.plans):
            last = number == len(self.plans) - 1
            after, write = (None, error_write) if last and not self.keep_out else self._pipe()
            plan.stdin, plan.stdout, plan.stderr = before, write, error_write
            child = self.service.start(self.context, plan)
            self.children.append(child)
            self.statuses.append(None)
            self._watch_end(number, child)
            if before is not None:
                self._close(before)
            if write != error_write:
                self._close(write)
            before = after
        self._close(error_write)
        self._read_from(error_read, "err")
        if before is not None:
            self._read_from(before, "out")

    def _read_from(self, fd: int, what: str) -> None:
        os.set_blocking(fd, False)
        self.selector.register(fd, selectors.EVENT_READ, what)

    def _watch_end(self, number: int, child: Child | Confined) -> None:
        """Have the loop wake up when a process ends, where the system can tell; else the loop looks now and then."""
        fd = child.watch()
        if fd is not None:
            self.ours.add(fd)
            self.selector.register(fd, selectors.EVENT_READ, number)

    # ---- watching

    def _watch(self) -> None:
        """Wait until every process has ended and its output is read."""
        idle_since: int | None = None
        wake = TICK if hasattr(os, "pidfd_open") else 0.01
        while True:
            running = any(status is None for status in self.statuses)
            streams = any(isinstance(key.data, str) and key.data != "in" for key in self.selector.get_map().values())
            if not running and not streams:
                return
            events = self.selector.select(self._patience(wake) if running else LINGER)
            for key, _ in events:
                self._handle(key)
            self._look()
            if not running:
                now = self.monotonic()
                if events:
                    idle_since = now
                elif idle_since is None or now - idle_since >= LINGER * 1e9:
                    return

    def _patience(self, seconds: float) -> float:
        """Return how long to wait at most: until the next look, or the next time limit."""
        ns = self.service.broker.patience(self.context, int(seconds * 1e9))
        if self.deadline is not None:
            ns = min(ns, max(self.deadline - self.monotonic(), 0))
        return ns / 1e9

    def _handle(self, key: selectors.SelectorKey) -> None:
        what, fd = key.data, key.fd
        if isinstance(what, int):
            self.selector.unregister(fd)
            self._close(fd)
            self._ended(what)
        elif what == "in":
            self._feed(fd)
        else:
            self._read(fd, what)

    def _ended(self, number: int) -> None:
        if self.statuses[number] is None:
            child = self.children[number]
            child.signal(9)  # what it left running in its group; its own number is still taken, so nobody else is meant
            try:
                self.statuses[number] = child.wait()
            except OSError as error:
                raise failure(f"cannot run `{self.plans[number].argv[0]}`", error) from None

    def _look(self) -> None:
        """Look at what the selector does not tell: ends on systems without pidfds, time limits, cancellation."""
        if not hasattr(os, "pidfd_open"):
            for number, child in enumerate(self.children):
                if self.statuses[number] is None:
                    self.statuses[number] = child.poll()
        now = self.monotonic()
        if self.deadline is not None and now >= self.deadline:
            from tekrt.values.scalars import Duration
            from tekrt.values.show import show

            raise Failure("timeout", f"`{shown(self.stages[0])}` took longer than {show(Duration(self.limit or 0))}")
        self.service.broker.wait_allowed(self.context)

    def _feed(self, fd: int) -> None:
        try:
            self.input = self.input[os.write(fd, self.input[:PIECE]) :]
        except BlockingIOError:
            return
        except BrokenPipeError:
            self.input = memoryview(b"")  # it does not want to read on, which is its right
        if not self.input:
            self.selector.unregister(fd)
            self._close(fd)

    def _read(self, fd: int, what: str) -> None:
        try:
            data = os.read(fd, PIECE)
        except BlockingIOError:
            return
        if not data:
            self.selector.unregister(fd)
            self._close(fd)
            return
        if what == "out":
            self._keep(self.out, data)
            return
        if self.keep_err:
            self._keep(self.err, data)
        else:
            self.service.broker.world.write_err(data)
        self.tail += data
        if len(self.tail) > 2 * TAIL:
            del self.tail[:-TAIL]

    def _keep(self, kept: bytearray, data: bytes) -> None:
        kept += data
        if len(self.out) + len(self.err) > self.service.most:
            raise SpentLimit("output", f"`{shown(self.stages[0])}` printed more than the {self.service.most} bytes that are captured")

    def _result(self) -> Result:
        status, failed = 0, self.stages[-1]
        last = len(self.stages) - 1
        for number, code in enumerate(self.statuses):
            if code and (number == last or code != SIGPIPE_STATUS):
                status, failed = code, self.stages[number]
        return Result(status, failed, bytes(self.out), bytes(self.err), bytes(self.tail[-TAIL:]))


def exit_failure(result: Result) -> Failure:
    """Return the failure of kind ``exit``: which command, which status, the last lines that it printed as errors."""
    from shlex import join

    argv = [word if isinstance(word, str) else "***" for word in result.failed.argv]
    command = join(argv)
    lines = result.tail.decode("utf-8", "replace").strip("\n").split("\n")[-8:]
    message = f"`{command if len(command) <= 200 else command[:200] + '…'}` ended with status {result.status}"
    if result.status > 128:
        message += _signal_name(result.status - 128)
    if lines != [""]:
        message += ":\n" + "\n".join("  " + line for line in lines)
    return Failure("exit", message, _exit_data(command, result.status, "\n".join(lines)))


def _signal_name(number: int) -> str:
    import signal

    try:
        return f" (signal {signal.Signals(number).name})"
    except ValueError:
        return ""


def _exit_data(command: str, status: int, stderr: str) -> object:
    from tekrt.values.containers import new_map
    from tekrt.values.types import JSON

    text, integer = JSON.by_name["Text"], JSON.by_name["Integer"]
    fields = [("command", (text, command)), ("status", (integer, status)), ("stderr", (text, stderr))]
    return (JSON.by_name["Object"], new_map(fields))
