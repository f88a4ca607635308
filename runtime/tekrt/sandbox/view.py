"""What a child may see and change: made from a permit, handed to the supervisor as plain data."""

from __future__ import annotations

import os
import stat

from tekrt.sandbox.reach import Reach

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tekrt.kernel import Context
    from tekrt.scopes.glob import Segment

    Glob = tuple[Segment, ...]

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store")
"""The system's programs and libraries: every child sees them, read-only."""
OWN = ("/proc", "/dev", "/sys", "/run", "/tmp", *SYSTEM)
"""What a scope over everything does not bring in: the view has its own."""


class View:
    """Where the real file system shows in a child's view, and how much of it.

    ``regions`` are real folders that show at their own place; below them ``read``, ``write`` and ``run`` decide.  ``files`` are
    single files elsewhere.  ``hidden`` is tekc's own.  ``folders`` are there in any case, empty.
    """

    __slots__ = ("binds", "files", "folders", "hidden", "home", "network", "read", "regions", "run", "shown", "token", "write")

    def __init__(self, regions: list[str], files: list[str], read: Reach, write: Reach, run: Reach, hidden: list[str],
                 folders: list[str], home: str, network: str, shown: list[str], binds: list[tuple[str, str, bool]]) -> None:  # fmt: skip
        self.regions = regions
        self.files = files
        self.read = read
        self.write = write
        self.run = run
        self.hidden = hidden
        self.folders = folders
        self.home = home
        self.network = network
        self.shown = shown
        self.binds = binds
        self.token = os.urandom(32)  # marks what stands in for a file that must not be read

    def as_data(self) -> dict[str, Any]:
        """Return what the supervisor needs, as values that `marshal` takes."""
        return {
            "regions": self.regions, "files": self.files, "read": self.read.layers, "write": self.write.layers, "run": self.run.layers,
            "hidden": self.hidden, "folders": self.folders, "home": self.home, "network": self.network, "shown": self.shown,
            "binds": self.binds, "token": self.token,
        }  # fmt: skip


def view_of(context: Context, program: str, cwd: str, home: str, shown: list[str], binds: list[tuple[str, str, bool]]) -> View:
    """Return the view of a child that a task starts.

    ``shown`` are folders of programs outside of the system's; ``binds`` are files and folders that a tool's profile brings along:
    where they are, where they show, and whether they may be written (a cache of the tool's own).
    """
    broker = context.broker
    root = broker.root
    own = [(*_parts(folder), None) for folder in context.state.folders]
    read = [[*layer, *own] for layer in _globs(context, "fs.read")]
    write = [[*layer, *own] for layer in _globs(context, "fs.write")]
    run = [[*layer, _parts(program)] for layer in _globs(context, "process")]
    regions, files = _places([root, *context.state.folders], read, write, run)
    folders = [cwd]
    for glob in {glob for layer in write for glob in layer}:
        folder = _prefix(glob[:-1])
        if len(folder) > 1:
            folders.append(folder)
    network = network_of(context)
    hidden = [path for path in broker.files.reserved if any(_below(path, region) for region in regions)]
    return View(regions, files, Reach(read), Reach(write), Reach(run), hidden, folders, home, network, shown, binds)


def network_of(context: Context) -> str:
    """Return which network a task's programs have: none (the empty text), ``open``, or ``proxy`` where its `net` names hosts."""
    from tekrt.scopes import Capability

    if not all(any(c.kind == "net" for c in layer.exact) for layer in context.permit.layers):
        return ""
    return "open" if context.permit.covers(Capability("net", "*:*")) else "proxy"


def _globs(context: Context, kind: str) -> list[list[Glob]]:
    """Return the globs of a kind, layer by layer.  A layer that has none lets nothing through."""
    from tekrt.scopes.capability import parsed

    found: list[list[Glob]] = []
    for layer in context.permit.exact(kind):
        globs = []
        for capability in layer:
            if capability.scope is None:
                continue
            scope = parsed(kind, capability.scope)
            glob = scope.path if kind == "process" else scope
            if glob is not None:
                globs.append(glob.segments)
        found.append(globs)
    return found


def _parts(path: str) -> tuple[str, ...]:
    return tuple(part for part in path.split("/") if part)


def _prefix(glob: Glob) -> str:
    """Return the folder of a glob's leading literal parts."""
    found: list[str] = []
    for segment in glob:
        if not isinstance(segment, str):
            break
        found.append(segment)
    return "/" + "/".join(found)


def _below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _places(always: list[str], read: list[list[Glob]], write: list[list[Glob]],
            run: list[list[Glob]]) -> tuple[list[str], list[str]]:  # fmt: skip
    """Return the folders to show, none below another, and the single files to show besides."""
    folders, files = {folder for folder in always if folder != "/"}, set[str]()
    reaches = {kind: Reach(layers) for kind, layers in (("read", read), ("write", write), ("run", run))}
    for kind, layers in (("read", read), ("write", write), ("run", run)):
        for glob in {glob for layer in layers for glob in layer}:
            place = _prefix(glob)
            if not reaches[kind].alive(reaches[kind].along(place)):
                continue  # another layer takes it away
            literal = all(isinstance(segment, str) for segment in glob)
            if kind != "write" and any(_below(place, folder) for folder in SYSTEM):
                continue
            if kind != "write" and literal:
                if _is_file(place) and not any(_below(place, folder) for folder in always):
                    files.add(place)
                continue
            folders.add(_standing(os.path.dirname(place) if literal else place))
    folders = {folder for one in folders for folder in _split_top(one) if not _is_kernels(folder)}
    files = {one for one in files if not _is_kernels(one)}
    tops = [one for one in sorted(folders) if not any(one != other and _below(one, other) for other in folders)]
    return tops, sorted(one for one in files if not any(_below(one, top) for top in tops))


def _is_kernels(path: str) -> bool:
    """Tell whether a path is none of a disk's: the view has its own of these, whatever a scope says."""
    return any(_below(path, folder) for folder in ("/proc", "/sys", "/dev")) and not _below(path, "/dev/shm")


def _is_file(path: str) -> bool:
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:
        return False


def _standing(path: str) -> str:
    """Return the nearest folder at or above a path that is there."""
    while path != "/" and not os.path.isdir(path):
        path = os.path.dirname(path)
    return path


def _split_top(folder: str) -> list[str]:
    """Return a folder, or for ``/`` what is in it but the view's own."""
    if folder != "/":
        return [folder]
    found = [os.path.join("/", name) for name in sorted(os.listdir("/"))]
    return [path for path in found if path not in OWN and not os.path.islink(path) and os.path.isdir(path)]
