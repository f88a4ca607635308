"""Operations on whole trees: listing, searching, deleting, copying and moving.

A tree is walked by descriptors, never following a link, and without recursion.  What changes a tree is judged as a whole
beforehand: one path in it that is not granted, or one file of tekc's own, and nothing is touched.
"""

from __future__ import annotations

import errno
import os
import stat

from tekrt.effects import beneath
from tekrt.effects.files import MODE, PIECE, READ, TEMPORARY, WRITE, write_all
from tekrt.effects.problems import failure
from tekrt.values.failure import Failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tekrt.effects.files import Files
    from tekrt.kernel import Context
    from tekrt.scopes.glob import Glob, Segment


def entries(files: Files, path: str) -> list[tuple[str, int]]:
    """Return names and modes (type bits only) of what is in a folder, sorted by name; tekc's own are left out."""
    fd = files.opener.open(path, beneath.LIST)
    found: list[tuple[str, int]] = []
    try:
        with os.scandir(fd) as listing:
            for entry in listing:
                name = entry.name
                if name.startswith(TEMPORARY) and name.endswith("~"):
                    continue
                found.append((name, _type(entry)))
    finally:
        os.close(fd)
    if any(own.rpartition("/")[0] == path for own in files.reserved):
        hidden = {own.rpartition("/")[2] for own in files.reserved if own.rpartition("/")[0] == path}
        found = [item for item in found if item[0] not in hidden]
    found.sort()
    return found


def _type(entry: os.DirEntry[str]) -> int:
    if entry.is_symlink():
        return stat.S_IFLNK
    if entry.is_dir(follow_symlinks=False):
        return stat.S_IFDIR
    return stat.S_IFREG if entry.is_file(follow_symlinks=False) else stat.S_IFIFO


def _below(folder: str, name: str) -> str:
    return folder + "/" + name if folder != "/" else "/" + name


def _readable(name: str, files: Files, folder: str) -> str:
    """Return a name as text; fails with kind ``decode`` where it is no UTF-8."""
    if name.isascii():
        return name
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        raise Failure("decode", f"a name in `{files.show(folder)}` is no UTF-8 text: {os.fsencode(name)!r}") from None
    return name


def list_folder(files: Files, context: Context, text: str) -> list[str]:
    """Return what is in a folder, as paths that begin as ``text`` does, sorted."""
    path = files.place(text)

    def action() -> list[str]:
        return [_readable(name, files, path) for name, _ in entries(files, path)]

    names = files.judged(context, READ, path, "list", action)
    base = "" if text.rstrip("/") in ("", ".") and not text.startswith("/") else text.rstrip("/") + "/"
    return [base + name for name in names]


# ---- searching


def glob(files: Files, context: Context, pattern: str) -> list[str]:
    """Return files and folders that match, sorted; the pattern as a whole must be within the grant.

    ``dir/**`` is everything below ``dir``, without ``dir`` itself.  Links are left out, because nothing follows them.
    """
    from tekrt.scopes import Capability, ScopeError, parse_glob

    try:
        parsed = parse_glob(pattern)
    except ScopeError as error:
        raise Failure("io", f"`{pattern}` is no pattern: {error.message}") from None
    wanted = Capability(READ, pattern)
    prefix = parsed.prefix() if not parsed.literal else parsed.prefix()[:-1]
    base = files.place(_anchor(parsed) + "/".join(prefix))
    if not context.permit.covers(wanted) and not context.owns(READ, base):
        layer = context.permit.uncovered(wanted)
        raise Failure("denied", files.broker.refusal(context, READ, pattern, layer, shown=str(wanted)))
    found = _search_recorded(files, context, pattern, base, parsed.segments[len(prefix) :])
    shown = _anchor(parsed).removeprefix("./").rstrip("/")
    shown = "/".join([shown, *prefix]) if shown or parsed.anchor == "/" and prefix else "/".join(prefix)
    return [_shown(shown, name, parsed.anchor) for name in found]


def _anchor(parsed: Glob) -> str:
    return {"/": "/", "~": "~/", "": "../" * parsed.up or "./"}[parsed.anchor]


def _shown(prefix: str, name: str, anchor: str) -> str:
    if not name:
        return prefix or anchor or "."
    if not prefix:
        return "/" + name if anchor == "/" else name
    return prefix + "/" + name


def _search_recorded(files: Files, context: Context, scope: str, base: str, segments: tuple[Segment, ...]) -> list[str]:
    """Search, and record it under the pattern; the permit was asked for all of it already."""

    def action() -> list[str]:
        try:
            return sorted(_search(files, base, segments))
        except OSError as error:
            raise files.explain("glob", base, error) from None

    if not files.broker.ledger.active:
        return action()
    return files.broker.recorded(context, READ, scope, "glob", action, judge=False)


def _search(files: Files, base: str, segments: tuple[Segment, ...]) -> Iterator[str]:
    """Yield what matches below ``base``, relative to it.  A folder is entered where something in it may still match."""
    files.guard(base)
    status = files.opener.lstat(base)
    if status is None:
        return
    if stat.S_ISLNK(status.st_mode):
        raise files.not_regular(base, status.st_mode)
    if not stat.S_ISDIR(status.st_mode):
        return
    steps = _Steps(segments)
    todo: list[tuple[str, frozenset[int]]] = [("", steps.closed({0}))]
    while todo:
        folder, states = todo.pop()
        path = base if not folder else _below(base, folder)
        files.guard(path)
        for name, mode in _present(files, path):
            after = steps.after(states, name)
            if not after or mode == stat.S_IFLNK:
                continue
            here = folder + "/" + name if folder else name
            if steps.end in after:
                yield _readable(here, files, path)
            if mode == stat.S_IFDIR and (len(after) > 1 or steps.end not in after):
                todo.append((here, after))


class _Steps:
    """A pattern's parts as steps from state to state; a state is how many of them are matched.  Several may hold at once."""

    __slots__ = ("_known", "end", "segments")

    def __init__(self, segments: tuple[Segment, ...]) -> None:
        self.segments = segments
        self.end = len(segments)
        self._known: dict[frozenset[int], tuple[frozenset[int], list[tuple[Callable[[str], bool], frozenset[int]]]]] = {}

    def closed(self, states: set[int]) -> frozenset[int]:
        """Add the states that are reached by letting a ``**`` stand for nothing."""
        todo = list(states)
        while todo:
            at = todo.pop()
            if at < self.end and self.segments[at] is None and at + 1 not in states:
                states.add(at + 1)
                todo.append(at + 1)
        return frozenset(states)

    def after(self, states: frozenset[int], name: str) -> frozenset[int]:
        """Return the states after a part of that name."""
        known = self._known.get(states)
        if known is None:
            known = self._known[states] = self._prepare(states)
        after = known[0]
        for test, reached in known[1]:
            if test(name):
                after = after | reached
        return after

    def _prepare(self, states: frozenset[int]) -> tuple[frozenset[int], list[tuple[Callable[[str], bool], frozenset[int]]]]:
        from tekrt.scopes.glob import part_test

        staying = {at for at in states if at < self.end and self.segments[at] is None}
        tests = []
        for at in sorted(states):
            segment = self.segments[at] if at < self.end else None
            if segment is not None:
                tests.append((part_test(segment), self.closed({at + 1})))
        return self.closed(staying), tests


def _present(files: Files, path: str) -> list[tuple[str, int]]:
    """List a folder; one that went away meanwhile is empty."""
    try:
        return entries(files, path)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise files.explain("list", path, error) from None


# ---- changing


def tree(files: Files, path: str) -> list[tuple[str, int]]:
    """Return all paths below a folder with their types, folders before what is in them."""
    found: list[tuple[str, int]] = []
    todo = [path]
    while todo:
        folder = todo.pop()
        fd = files.opener.open(folder, beneath.LIST)
        try:
            with os.scandir(fd) as listing:
                inside = [(_below(folder, entry.name), _type(entry)) for entry in listing]
        finally:
            os.close(fd)
        found += inside
        todo += [name for name, mode in inside if stat.S_ISDIR(mode)]
    return found


def _judge_tree(files: Files, context: Context, kind: str, paths: list[str]) -> None:
    """Fail with kind ``denied`` where one of the paths is not granted."""
    for path in paths:
        files.guard(path)
        if not context.allows(kind, path):
            files.broker.deny(context, kind, path)


def _keep_root(files: Files, path: str, what: str) -> None:
    root = files.root
    if path == root or root.startswith(path if path == "/" else path + "/"):
        raise Failure("denied", f"the root itself stays: `{files.show(path)}` cannot be {what}")
    own = files.holds_reserved(path)
    if own is not None:
        raise Failure("denied", f"`{files.show(own)}` is tekc's own: `{files.show(path)}` cannot be {what}")


def delete(files: Files, context: Context, text: str, recursive: bool) -> None:
    """Delete a file, a link itself, an empty folder, or with ``recursive`` a folder with all that is in it."""
    path = files.place(text)

    def action() -> None:
        status = files.opener.lstat(path)
        if status is None:
            raise FileNotFoundError(errno.ENOENT, "")
        _keep_root(files, path, "deleted")
        if not stat.S_ISDIR(status.st_mode):
            _unlink(files, path)
            return
        below = tree(files, path) if recursive else []
        if not recursive and entries(files, path):
            raise Failure("io", f"cannot delete `{files.show(path)}`: the folder is not empty (recursive: true deletes what is in it)")
        _judge_tree(files, context, WRITE, [name for name, _ in below])
        remove(files, context, path)

    files.judged(context, WRITE, path, "delete", action)


def _unlink(files: Files, path: str) -> None:
    fd, name = files.opener.parent(path)
    try:
        os.unlink(name, dir_fd=fd)
    finally:
        os.close(fd)


def remove(files: Files, context: Context | None, path: str) -> None:
    """Delete a folder and what is in it; with a context, what came into it since it was judged is judged as well.

    Everything is deleted by name in an open folder, so a folder that is swapped for a link meanwhile leads nowhere.
    """
    todo: list[tuple[str, bool]] = [(path, False)]
    while todo:
        folder, emptied = todo.pop()
        if emptied:
            fd, name = files.opener.parent(folder)
            try:
                os.rmdir(name, dir_fd=fd)
            finally:
                os.close(fd)
            continue
        todo.append((folder, True))
        fd = files.opener.open(folder, beneath.LIST)
        try:
            with os.scandir(fd) as listing:
                inside = [(entry.name, _type(entry)) for entry in listing]
            for name, mode in inside:
                inner = _below(folder, name)
                if context is not None and not context.allows(WRITE, inner):
                    files.broker.deny(context, WRITE, inner)
                if stat.S_ISDIR(mode):
                    todo.append((inner, False))
                else:
                    os.unlink(name, dir_fd=fd)
        finally:
            os.close(fd)


def remove_temporary(files: Files, path: str) -> None:
    """Delete a temporary folder at the end of its task; folders that were made unreadable are opened up first."""
    for attempt in (1, 2):
        try:
            if files.opener.lstat(path) is not None:
                remove(files, None, path)
            return
        except PermissionError as error:
            if attempt == 2:
                raise failure(f"cannot delete the temporary folder `{path}`", error) from None
            _open_up(files, path)
        except OSError as error:
            raise failure(f"cannot delete the temporary folder `{path}`", error) from None


def _open_up(files: Files, path: str) -> None:
    todo = [path]
    while todo:
        folder = todo.pop()
        fd, name = files.opener.parent(folder)
        try:
            if stat.S_ISDIR(os.stat(name, dir_fd=fd, follow_symlinks=False).st_mode):
                os.chmod(name, 0o700, dir_fd=fd)
        finally:
            os.close(fd)
        todo += [_below(folder, inner) for inner, mode in entries(files, folder) if stat.S_ISDIR(mode)]


# ---- copying and moving


def copy(files: Files, context: Context, source_text: str, target_text: str) -> None:
    """Copy a file, over one that is there, or a folder with all that is in it to a place where nothing is."""
    source, target = files.place(source_text), files.place(target_text)
    files.judged(
        context, READ, source, "copy",
        lambda: files.judged(context, WRITE, target, "copy", lambda: _copy(files, context, source, target)),
    )  # fmt: skip


def _copy(files: Files, context: Context, source: str, target: str) -> None:
    status = _source(files, source)
    if not stat.S_ISDIR(status.st_mode):
        _copy_file(files, source, target)
        return
    below = _judged_copy(files, context, source, target)
    files.opener.make_folders(target)
    for path, mode in below:
        goal = target + path[len(source) :]
        if stat.S_ISDIR(mode):
            files.opener.make_folders(goal)
        else:
            _copy_file(files, path, goal)


def _source(files: Files, source: str) -> os.stat_result:
    status = files.opener.lstat(source)
    if status is None:
        raise Failure("io", f"cannot copy or move `{files.show(source)}`: there is no such file or folder")
    if not stat.S_ISDIR(status.st_mode) and not stat.S_ISREG(status.st_mode):
        raise files.not_regular(source, status.st_mode)
    return status


def _judged_copy(files: Files, context: Context, source: str, target: str) -> list[tuple[str, int]]:
    """Judge the copy of a folder as a whole; return what is in it."""
    _refuse_inside(files, source, target)
    if files.opener.lstat(target) is not None:
        raise Failure("io", f"cannot copy `{files.show(source)}` to `{files.show(target)}`: it exists already")
    below = tree(files, source)
    _judge_tree(files, context, READ, [path for path, _ in below])
    _judge_tree(files, context, WRITE, [target + path[len(source) :] for path, _ in below])
    for path, mode in below:
        if not stat.S_ISDIR(mode) and not stat.S_ISREG(mode):
            raise files.not_regular(path, mode)
    return below


def _refuse_inside(files: Files, source: str, target: str) -> None:
    if target == source or target.startswith(source + "/"):
        raise Failure("io", f"`{files.show(target)}` lies in `{files.show(source)}` itself")


def _copy_file(files: Files, source: str, target: str) -> None:
    """Copy one file's content and mode by way of a new file that is renamed into place."""
    try:
        fd = files.open_regular(source)
    except OSError as error:
        raise files.explain("copy", source, error) from None
    try:
        mode = os.fstat(fd).st_mode & MODE
        parent, name = files.opener.parent(target, create=True)
        try:
            files.replaceable(parent, name, target)
            temporary, out = files.new_file(parent, mode)
            try:
                try:
                    os.fchmod(out, mode)
                    while piece := os.read(fd, PIECE):
                        write_all(out, piece)
                finally:
                    os.close(out)
                os.rename(temporary, name, src_dir_fd=parent, dst_dir_fd=parent)
            except BaseException:
                files.forget(parent, temporary)
                raise
        finally:
            os.close(parent)
    finally:
        os.close(fd)


def move(files: Files, context: Context, source_text: str, target_text: str) -> None:
    """Move a file (over one that is there) or a folder (to a place where nothing is)."""
    source, target = files.place(source_text), files.place(target_text)
    files.judged(
        context, WRITE, source, "move",
        lambda: files.judged(context, WRITE, target, "move", lambda: _move(files, context, source, target)),
    )  # fmt: skip


def _move(files: Files, context: Context, source: str, target: str) -> None:
    status = _source(files, source)
    if source == target:
        return
    _keep_root(files, source, "moved")
    below: list[tuple[str, int]] = []
    if stat.S_ISDIR(status.st_mode):
        _refuse_inside(files, source, target)
        if files.opener.lstat(target) is not None:
            raise Failure("io", f"cannot move `{files.show(source)}` to `{files.show(target)}`: it exists already")
        below = tree(files, source)
        _judge_tree(files, context, WRITE, [path for path, _ in below])
        _judge_tree(files, context, WRITE, [target + path[len(source) :] for path, _ in below])
    _refuse_laundering(files, context, source, target, below)
    from_fd, from_name = files.opener.parent(source)
    try:
        to_fd, to_name = files.opener.parent(target, create=True)
        try:
            files.replaceable(to_fd, to_name, target)
            os.rename(from_name, to_name, src_dir_fd=from_fd, dst_dir_fd=to_fd)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            _move_across(files, context, source, target, below)
        finally:
            os.close(to_fd)
    finally:
        os.close(from_fd)


def _refuse_laundering(files: Files, context: Context, source: str, target: str, below: list[tuple[str, int]]) -> None:
    """Refuse to move what may not be read to where it may: writing is not reading."""
    for path in [source, *(name for name, _ in below)]:
        goal = target + path[len(source) :]
        if context.allows(READ, goal) and not context.allows(READ, path):
            raise Failure(
                "denied",
                f"moving `{files.show(path)}` to `{files.show(goal)}` would make it readable: add `needs {files.broker.show(READ, path)}`",
            )


def _move_across(files: Files, context: Context, source: str, target: str, below: list[tuple[str, int]]) -> None:
    """Move to another device: copy, then delete.  All of it was judged."""
    for path, mode in below:
        if not stat.S_ISDIR(mode) and not stat.S_ISREG(mode):
            raise files.not_regular(path, mode)
    if not below and not stat.S_ISDIR(_source(files, source).st_mode):
        _copy_file(files, source, target)
        _unlink(files, source)
        return
    files.opener.make_folders(target)
    for path, mode in below:
        goal = target + path[len(source) :]
        if stat.S_ISDIR(mode):
            files.opener.make_folders(goal)
        else:
            _copy_file(files, path, goal)
    remove(files, context, source)
