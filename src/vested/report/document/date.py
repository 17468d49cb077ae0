"""The only date that a document may carry: the one that SOURCE_DATE_EPOCH states."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from vested.errors import UsageError


def stated_date() -> datetime | None:
    """The moment that the environment variable SOURCE_DATE_EPOCH states; None where it is not set.

    No clock is read: a document is the same in every run. Raises `UsageError` for a value that is
    no number of seconds.

    Source: https://reproducible-builds.org/specs/source-date-epoch/
    """
    stated = os.environ.get("SOURCE_DATE_EPOCH", "").strip()
    if not stated:
        return None
    try:
        if (seconds := int(stated)) >= 0:
            return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        pass
    raise UsageError(
        f"SOURCE_DATE_EPOCH is {stated[:40]!r}, which is no number of seconds since 1970",
        "for example 1767225600, or leave it unset",
    )
