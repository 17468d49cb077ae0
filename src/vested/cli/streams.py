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
