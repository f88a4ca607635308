"""Host bodies of ``ask.tek``."""

from __future__ import annotations

from tekrt.values.failure import Failure
from tekrt.values.native import native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from tekrt.kernel import Context
    from tekrt.values.containers import TList

    T = TypeVar("T")


def _ask(ctx: Context, what: str, question: str, hint: str, read: Callable[[str], T | None]) -> T:
    """Ask until `read` makes something of the answer."""
    broker = ctx.broker

    def action() -> T:
        while True:
            answer = read(broker.person.ask(ctx, question, hint))
            if answer is not None:
                return answer

    return broker.effect(ctx, "human", None, f"{what} {question}", action)


@native("ask.confirm")
def confirm(ctx: Context, question: str) -> bool:
    """Return whether the answer is yes."""
    return _ask(ctx, "confirm", question, "[y]es, [n]o", lambda answer: {"y": True, "yes": True, "n": False, "no": False}.get(answer.lower()))


@native("ask.text")
def text(ctx: Context, question: str) -> str:
    """Return the line that was typed."""
    return _ask(ctx, "text", question, "", lambda answer: answer)


@native("ask.choose")
def choose(ctx: Context, question: str, options: TList) -> str:
    """Return the option that was chosen."""
    texts: list[str] = list(options.a)
    if not texts:
        raise Failure("missing_value", "there is nothing to choose from")

    def read(answer: str) -> str | None:
        if answer in texts:
            return answer
        number = int(answer) if answer.isascii() and answer.isdigit() and len(answer) < 10 else 0
        return texts[number - 1] if 0 < number <= len(texts) else None

    listed = "".join(f"\n  {number}  {option}" for number, option in enumerate(texts, 1))
    return _ask(ctx, "choose", question + listed, f"1 to {len(texts)}", read)
