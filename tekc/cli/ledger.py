"""``tekc ledger``: check what was recorded of a run, or hand it out."""

from __future__ import annotations

import os

from tekc.cli.console import err, out
from tekc.cli.recording import foreign_text, usable_state
from tekc.cli.status import DENIED, DONE, FAILED, IN_DOUBT, Stop, Usage
from tekc.cli.targets import find_root, given_root, working_folder
from tekrt.effects.run_store import Foreign, is_name, ledger_lines, own_folder, read_anchor, read_file, run_names, user_key
from tekrt.kernel.ledger_chain import LONGEST, Anchor, Verdict, canonical, check, digest, plain
from tekrt.values.failure import Failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tekc.cli.commands import Line

NAMES = ("run.json", "manifest.json", "evidence.json")


class Kept:
    """The runs of a root: its own folder and the user's, with what authenticates them."""

    def __init__(self, root: str) -> None:
        from tekc.diagnostics.render_chars import safe

        self.root = root
        try:
            self.state = usable_state()
            self.key = user_key(self.state)
            own = own_folder(root, self.key, make=False)
        except Foreign as foreign:
            err(f"error: {safe(foreign_text(foreign))}\n")
            raise Stop(DENIED) from None
        except Failure as failure:
            err(f"error: {safe(failure.message)}\n")
            raise Stop(FAILED) from None
        self.bases = ([own] if own is not None else []) + [self.state]

    def names(self) -> list[str]:
        """Return the names of the root's runs, the oldest first; those in the user's folder count that were started for this root."""
        found: list[str] = []
        for base in self.bases:
            found += [name for name in run_names(base) if base != self.state or self._is_here(name)]
        return sorted(found)

    def _is_here(self, name: str) -> bool:
        try:
            return plain(read_file(self.state, name, "run.json")).get("root") == self.root
        except (OSError, Failure):
            return False

    def base(self, name: str) -> str:
        """Return where a run is kept.

        Raises:
            Usage: there is no such run.
        """
        for base in self.bases:
            if is_name(name) and os.path.isdir(f"{base}/runs/{name}"):
                return base
        raise Usage(f"there is no run `{name}`", "`tekc runs` lists them")

    def one(self, words: list[str]) -> str:
        """Return the run that is named, or the newest.

        Raises:
            Usage: there is none.
        """
        if words:
            return words[0]
        names = self.names()
        if not names:
            raise Usage("no run of this root was kept")
        return names[-1]


def kept(line: Line) -> Kept:
    """Return the runs of the root that a command line is about."""
    here = working_folder()
    return Kept(given_root(line.value("root")) if line.flag("root") else find_root(here, here))


def ledger(line: Line) -> int:
    """Check or export the ledger of a run; return the exit status.

    Raises:
        Usage: there is no such verb or run.
    """
    verb, words = line.words[0], line.words[1:]
    if verb not in ("verify", "export"):
        raise Usage(f"there is no `tekc ledger {verb}`", "tekc ledger verify [RUN|FILE]", "tekc ledger export [RUN]")
    if verb == "verify" and words and not is_name(words[0]) and os.path.isfile(words[0]):
        return _verify_export(words[0])
    runs = kept(line)
    name = runs.one(words)
    if verb == "export":
        return _export(runs, name)
    if is_name(name) and not any(os.path.isdir(f"{base}/runs/{name}") for base in runs.bases):
        if read_anchor(runs.state, name, runs.key) is None:
            raise Usage(f"there is no run `{name}`", "`tekc runs` lists them")
        return _tell(name, "everything that was kept of it is gone, though its head is anchored", FAILED)
    return _verify(runs, name)


def verdict(runs: Kept, name: str) -> Verdict:
    """Return what checking a run found, its other files included."""
    base = runs.base(name)
    anchor = read_anchor(runs.state, name, runs.key)
    try:
        found = check(ledger_lines(base, name), name, anchor)
    except OSError as error:
        found = Verdict()
        found.problem = f"its ledger cannot be read ({(error.strerror or 'no file').lower()})"
        return found
    if anchor is None and not found.problem:
        found.problem = "no head of it is anchored for this user: it was made elsewhere, or made up"
    if not found.problem:
        found.problem = _files(base, name, found)
    return found


def _files(base: str, name: str, found: Verdict) -> str:
    """Return what is wrong with the files beside a ledger that is sound, or nothing."""
    if not found.records:
        return ""
    try:
        opening = plain(found.first)["run"]
        run = plain(read_file(base, name, "run.json"))
        if found.closed:
            closing = plain(found.last)
            opening = {**opening, "ended": closing["ended"], "status": closing["status"], "records": found.records, "head": found.head}
        if run.get("status") == "running" and found.closed:
            return ""  # killed between the last record and this
        if run != opening:
            return "run.json does not say what the ledger says"
        return _evidence(base, name, run) if found.closed else ""
    except FileNotFoundError as error:
        return f"{os.path.basename(error.filename or '')} is missing"
    except (OSError, Failure, KeyError, TypeError):
        return "the files beside the ledger cannot be read"


def _evidence(base: str, name: str, run: object) -> str:
    found = plain(read_file(base, name, "evidence.json"))
    if found.get("run") != run:
        return "evidence.json is that of another run"
    for file in found["files"]:
        if file["path"] in NAMES and digest(read_file(base, name, file["path"])) != file["digest"]:
            return f"{file['path']} was changed"
    return ""


def _verify(runs: Kept, name: str) -> int:
    found = verdict(runs, name)
    if found.problem:
        return _tell(name, found.problem, FAILED)
    said = f"{found.records:,} record{'' if found.records == 1 else 's'}"
    if not found.closed:
        loose = f"; {found.loose:,} of them behind the last anchored one, which nothing proves" if found.loose else ""
        begun = f"; {found.doubt:,} effect{'' if found.doubt == 1 else 's'} without an outcome" if found.doubt else ""
        return _tell(name, f"the run did not end in good order: {said}{loose}{begun}", IN_DOUBT)
    out(f"{name}: {said}, unchanged; head {found.head}\n")
    return DONE


def _tell(name: str, what: str, status: int) -> int:
    from tekc.diagnostics.render_chars import safe

    err(f"error: {safe(name)}: {safe(what)}\n")
    return status


def _export(runs: Kept, name: str) -> int:
    """Print the evidence as one line, then the ledger as it is: whoever has both can check the chain against the head."""
    found = verdict(runs, name)
    if found.problem:
        return _tell(name, found.problem, FAILED)
    base = runs.base(name)
    if found.closed:
        out(read_file(base, name, "evidence.json").decode("utf-8", "replace"))
    else:
        out(canonical({"head": found.head, "records": found.records, "run": plain(read_file(base, name, "run.json"))}) + "\n")
    for text in ledger_lines(base, name):
        out(text.decode("utf-8", "replace"))
    return DONE if found.closed else IN_DOUBT


def _verify_export(path: str) -> int:
    """Check an exported run by itself: that the records are those whose head its first line says."""
    from tekc.diagnostics.render_chars import safe

    with open(path, "rb", 1 << 20) as file:
        try:
            evidence = plain(file.readline(LONGEST))
            run = evidence["run"]
            anchor = Anchor(evidence["records"], evidence["head"], "files" in evidence)
            found = check(iter(lambda: file.readline(LONGEST), b""), run["name"], anchor)
            whole = not found.records or plain(found.first)["run"]["grants"] == run["grants"]
        except (Failure, KeyError, TypeError, AttributeError):
            return _tell(path, "it is no exported run", FAILED)
    problem = found.problem or ("" if whole else "its first line does not say what the ledger says")
    problem = problem or ("there are records behind its head" if found.loose else "")
    if problem:
        return _tell(path, problem, FAILED)
    out(f"{safe(path)}: {found.records:,} records of {safe(run['name'])} fit their head {found.head}; compare it with one that you trust\n")
    return DONE
