"""Result tables as Parquet, full precision."""

from __future__ import annotations

import io

from vested.table import ResultTable

_ROWS_PER_GROUP = 100_000


def table(result: ResultTable) -> bytes:
    """One table as Parquet; the row groups have a fixed size, so that the bytes do too."""
    buffer = io.BytesIO()
    result.frame.write_parquet(buffer, compression="zstd", row_group_size=_ROWS_PER_GROUP)
    return buffer.getvalue()
