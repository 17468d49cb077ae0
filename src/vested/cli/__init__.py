"""The command line: a thin skin over the Python functions, with one error boundary."""

from __future__ import annotations

import os
import sys

import vested

EXIT_WRONG_INPUT = 2
EXIT_INTERRUPTED = 130
EXIT_PIPE_CLOSED = 141


def main() -> None:
    """Run the program and leave with its exit status."""
    # Products of matrices, which factor models are made of, have other last digits with more
    # threads; and starting these costs a sixth of a second.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    status = run()
    sys.stderr.flush()
    # Everything is written and closed; taking the program apart would cost a tenth of its time.
    os._exit(status)


def run() -> int:
    """Run the command line of `sys.argv`; errors become two lines and a status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        status = _command()
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        _forget_output()
        return EXIT_PIPE_CLOSED
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return EXIT_INTERRUPTED
    except OSError as error:
        _forget_output()
        return _complain(f"cannot write: {error.strerror or error}", "has the disk room?")


def _command() -> int:
    if sys.argv[1:] == ["--version"]:
        print(f"vested {vested.__version__}")  # without loading anything
        return 0
    from vested.cli.app import app
    from vested.errors import VestedError

    try:
        status = app(standalone_mode=False)
    except VestedError as error:
        return _complain(error.message, error.hint)
    except SystemExit as stop:
        # Typer leaves so, with 1, when the reader of a pipe has gone; no command of ours does.
        _forget_output()
        return EXIT_PIPE_CLOSED if stop.code == 1 else EXIT_WRONG_INPUT
    except OSError:
        raise
    except Exception as error:
        return _usage(error)
    return status if isinstance(status, int) else 0


def _forget_output() -> None:
    """Send what is still to be written nowhere: Python would complain again when it closes."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _usage(error: Exception) -> int:
    """Typer's own complaints in our form; whatever else goes wrong keeps its traceback."""
    if type(error).__name__ == "Abort":
        return EXIT_INTERRUPTED
    if not hasattr(error, "format_message"):
        raise error
    message = error.format_message().rstrip(".")
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "vested"
    return _complain(message[:1].lower() + message[1:], f"`{command} --help` shows what it takes")


def _complain(message: str, hint: str) -> int:
    from vested.report.text import harmless

    for word, text in (("error", message), ("hint", hint)):
        lines = "\n".join(harmless(line) for line in text.split("\n"))
        print(f"{word}: {lines}", file=sys.stderr)
    return EXIT_WRONG_INPUT
