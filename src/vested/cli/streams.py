"""The result on standard output; notes, and progress where work lasts, on standard error."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterable
from types import TracebackType

_PATIENCE = 1.0


class Progress:
    """Counts rows on a terminal's standard error once the work has lasted for a second."""

    def __init__(self, quiet: bool) -> None:
        self._active = not quiet and sys.stderr.isatty()
        self._start = time.monotonic()
        self._last = 0.0
        self._rows = 0

    def __enter__(self) -> Progress:
        return self

    def __call__(self, rows: int) -> None:
        self._rows += rows
        now = time.monotonic() - self._start
        if self._active and now > _PATIENCE and now - self._last > 0.1:
            self._last = now
            rate = self._rows / now
            sys.stderr.write(f"\r{self._rows:,} rows read, {rate:,.0f} a second")
            sys.stderr.flush()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._last:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


class Clients:
    """Counts clients on a terminal's standard error, with the time that the rest will take."""

    def __init__(self, quiet: bool) -> None:
        self._active = not quiet and sys.stderr.isatty()
        self._start = time.monotonic()
        self._before: int | None = None
        """How many there was nothing to do for."""

    def __enter__(self) -> Clients:
        return self

    def __call__(self, done: int, failed: int, total: int) -> None:
        if self._before is None:
            self._before, self._start = done, time.monotonic()
        if not self._active:
            return
        line = f"{done:,} of {total:,} clients"
        if failed:
            line += f", {failed:,} failed"
        if done > self._before and done < total:
            pace = (time.monotonic() - self._start) / (done - self._before)
            line += f", about {duration(pace * (total - done))} left"
        sys.stderr.write(f"\r\x1b[K{line}")
        sys.stderr.flush()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._active and self._before is not None:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def duration(seconds: float) -> str:
    """A time to wait, as exactly as anyone can know it.

    >>> duration(42), duration(100), duration(8000)
    ('40 s', '2 min', '2 h 13 min')
    """
    if seconds < 57.5:
        return f"{max(5, 5 * round(seconds / 5))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def let_interrupts_break_reads() -> None:
    """Make Ctrl-C end a wait for standard input, which the handler of Polars lets go on."""
    if hasattr(signal, "siginterrupt"):  # not on Windows
        signal.siginterrupt(signal.SIGINT, True)


def emit(content: bytes) -> None:
    """Write a result to standard output, all of it or with an error."""
    sys.stdout.flush()
    rest = memoryview(content)
    while rest:
        # Without Python's buffer, as with PYTHONUNBUFFERED, a write may take only a part.
        rest = rest[sys.stdout.buffer.write(rest) or 0 :]
    sys.stdout.buffer.flush()


def say(lines: Iterable[str], *, quiet: bool) -> None:
    """Notes for the user, on standard error, so that standard output holds only the result."""
    from vested.report.text import harmless

    if not quiet:
        for line in lines:
            print(f"note: {harmless(line)}", file=sys.stderr)
