"""Names in quotations, replaced by pseudonyms."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from pathlib import Path

from vested.errors import InputError
from vested.spelling import same

_LARGEST = 5_000_000


class Pseudonyms:
    """Names and what stands for them: whole words, in whatever case, the longest name first."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = {name.casefold(): other for name, other in names.items()}
        longest = sorted(names, key=lambda name: (-len(name), name))
        words = "|".join(re.escape(name) for name in longest)
        self._pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE) if names else None

    @classmethod
    def read(cls, path: str | Path) -> Pseudonyms:
        """Read a csv of two columns, name and pseudonym; `InputError` where it is none."""
        path = Path(path)
        try:
            raw = path.read_bytes()
            text = raw.decode("utf-8-sig")
        except OSError as error:
            raise InputError(
                f"{path.name} cannot be read: {error.strerror}", "check the path after --pseudonyms"
            ) from None
        except UnicodeDecodeError:
            raise InputError(f"{path.name} is not UTF-8 text", "save it as UTF-8") from None
        if len(raw) > _LARGEST:
            raise InputError(f"{path.name} is too large for pseudonyms", "is it a data file?")
        names: dict[str, str] = {}
        for number, row in enumerate(csv.reader(text.splitlines()), start=1):
            cells = [cell.strip() for cell in row]
            if not any(cells) or (number == 1 and same(cells[0]) in ("name", "naam", "nom")):
                continue
            if len(cells) != 2 or not all(cells):
                raise InputError(
                    f"{path.name}, row {number}: a name and its pseudonym are wanted",
                    "two columns: name,pseudonym",
                )
            names[cells[0]] = cells[1]
        return cls(names)

    def replaced(self, text: str) -> str:
        """The text with each name replaced.

        >>> Pseudonyms({"Ann Peters": "P1", "Ann": "P2"}).replaced("ann peters and Ann; Annex")
        'P1 and P2; Annex'
        """
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda found: self._names[found[0].casefold()], text)
