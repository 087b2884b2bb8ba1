"""The lines of evidence that findings share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from .._model.delivery import Delivery
from .._model.effect import Effect

_ORDINALS = {1: "first", 2: "second", 3: "third"}
_LOUD = ("WARNING", "ERROR", "CRITICAL")


def request_of_test(delivery: Delivery) -> tuple[str, ...]:
    """The story of a delivery that nothing repeated: which request of its test it was."""
    return story_of(f"request {delivery.number}", delivery)


def story(delivery: Delivery, number: int) -> tuple[str, ...]:
    """One line: the how-manieth arrival of the same request, how it was answered, what it did."""
    return story_of(f"{_ORDINALS.get(number, f'{number}th')} delivery", delivery)


def story_of(name: str, delivery: Delivery) -> tuple[str, ...]:
    """The same under a name of at most sixteen characters."""
    done = [*delivery.rows, *(call for call in delivery.calls if call.writes or call.unknown)]
    told = "; ".join(counted(done)) or "no effect"
    logged = [str(line) for line in delivery.logs if line.level in _LOUD]
    line = f"  {name:<16} {delivery.answer!s:<5} {told}"
    return (line, f"  {'':<16} logged {'; '.join(counted(logged))}") if logged else (line,)


def lines_of(title: str, effects: Iterable[Effect]) -> tuple[str, ...]:
    """One line an effect, with the line of code that made it."""
    return tuple(
        dict.fromkeys(
            f"  {title}: {effect}" + (f" at {effect.place}" if effect.place else "") for effect in effects
        )
    )


def counted(items: Iterable[object]) -> list[str]:
    """Equal lines once, with how often they occurred."""
    counts = Counter(str(item) for item in items)
    return [text if times == 1 else f"{text} (x{times})" for text, times in counts.items()]
