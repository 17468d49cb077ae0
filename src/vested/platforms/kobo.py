"""KoBoToolbox, ODK and their kin: the names of an XLSForm as headers, or its labels.

They add columns of their own under names that are never translated; two of these, one of which no
other software writes, mark an export. Groups stand before a name, after a slash (KoBoToolbox) or a
hyphen (ODK Central, Briefcase).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from vested.formats import Table
from vested.platforms import Column, Exclusion, Export, Role
from vested.platforms.wording import plain
from vested.spelling import same, tidy

_RESPONDENTS = (
    *("_uuid", "KEY", "__id", "meta/instanceID", "meta-instanceID", "instanceID", "_id"),
)
"""What tells submissions apart: the first that is there."""

_KOBO_ALONE = frozenset(
    {
        *("_uuid", "_submission_time", "__version__", "_validation_status", "_submitted_by"),
        *("meta/instanceID", "meta/rootUuid", "formhub/uuid", "_xform_id", "_xform_id_string"),
        *("_parent_table_name", "_submission__id", "_submission__uuid"),
    }
)
_ODK_ALONE = frozenset(
    {
        *("SubmissionDate", "meta-instanceID", "instanceID", "PARENT_KEY", "__id"),
        *("SubmitterID", "SubmitterName", "AttachmentsPresent", "ReviewState"),
    }
)
_ROLES: Mapping[str, Role] = {
    **dict.fromkeys(_KOBO_ALONE | _ODK_ALONE | {*_RESPONDENTS}, "technical"),
    "start": "start",
    "end": "end",
    "_duration": "duration",
    "_validation_status": "status",
    **dict.fromkeys(
        (
            *("username", "deviceid", "phonenumber", "phone_number", "email", "simserial"),
            *("subscriberid", "imei", "_submitted_by", "_submission__submitted_by"),
            "_geolocation",
        ),
        "person",
    ),
    **dict.fromkeys(
        (
            *("today", "audit", "audit_URL", "background-audio", "_status", "_notes", "_tags"),
            *("_index", "_parent_index", "_version", "_attachments", "_bamboo_dataset_id"),
            *("_total_media", "_media_count", "_media_all_received", "_edited", "_last_edited"),
            *("meta/deprecatedID", "meta/instanceName", "meta-instanceName", "instanceName"),
            *("formdef_version", "isValidated"),
        ),
        "technical",
    ),
}
_CENTRAL: Mapping[str, Role] = {
    "SubmitterID": "person",
    "SubmitterName": "person",
    "DeviceID": "person",
    "Status": "status",
    "ReviewState": "status",
    "AttachmentsPresent": "technical",
    "AttachmentsExpected": "technical",
    "Edits": "technical",
    "FormVersion": "technical",
    "SubmissionDate": "technical",
    "UpdatedAt": "technical",
    "DeletedAt": "technical",
}
"""What ODK Central adds. Its live feed writes them otherwise: `__system/submitterName`."""

_CENTRAL_FOLDED = {name.casefold(): name for name in _CENTRAL}
_SYSTEM = re.compile(r"__system[/.-](\w+)")
_ADDED = re.compile(
    r"_(?:submission|xform|review)_\w+|_+version_+\d*|SET-OF-.+"
    r"|(?:.*[/-])?(?:generated_(?:table_list_label|note_name)|reserved_name_for_field_list_labels)_\d+"
)
_PLACE = re.compile(
    r"(?P<group>.*/)?_(?P<question>.+)_(?:latitude|longitude|altitude|precision)"
    r"|.+-(?:Latitude|Longitude|Altitude|Accuracy)",
    re.DOTALL,
)

_SET_ASIDE: Mapping[str, tuple[frozenset[str], str]] = {
    "_validation_status": (
        frozenset({"validation_status_not_approved", "not approved"}),
        "not approved",
    ),
    "ReviewState": (frozenset({"rejected"}), "rejected"),
    "Status": (frozenset({"not decrypted", "missing encrypted form data"}), "not decrypted"),
}
_REPEATED = (
    "these rows are those of a repeated group: one respondent may stand in several of them, and "
    "what was asked outside the group stands on the main sheet or in the main file"
)

_PATH = re.compile(r"[^\W\d][\w.-]*(?:/[^\W\d][\w.-]*)*")
"""Names as XLSForm allows them; anything else is a label."""
_HASHTAG = re.compile(r"#[A-Za-z]\S*(?:\s.*)?")
_FLAGS = frozenset({"", "0", "1", "false", "true", "n/a"})
_MOST_GROUPS = 20
"""How many slashes are looked at, so that a hostile header costs little: our choice."""


def recognise(table: Table) -> Export | None:
    """The export of a form; None for a table without two columns that KoBoToolbox or ODK adds.

    Where several versions of a form were joined, codes and labels may stand side by side; each
    cell is taken as it stands.
    """
    names = [tidy(header) for header in table.columns]
    added = [_canonical(name) for name in names]
    from_kobo = sum(name in _KOBO_ALONE for name in added)
    from_odk = sum(name in _ODK_ALONE for name in added)
    if not from_kobo + from_odk or sum(name in _ROLES for name in added) < 2:
        return None
    body = table.below(1) if _has_hashtags(table) else table
    columns = tuple(_columns(body, names, added, is_odk=not from_kobo))
    labelled = any(not column.role and not column.export_id for column in columns)
    repeated = not {"_parent_index", "PARENT_KEY"}.isdisjoint(names)
    return Export(
        body,
        columns,
        platform="KoBoToolbox" if from_kobo else "ODK",
        generation="labels as headers" if labelled else "names as headers",
        exclusions=tuple(
            Exclusion(at, *_SET_ASIDE[added[at]])
            for at, column in enumerate(columns)
            if column.role == "status"
        ),
        notes=(_REPEATED,) if repeated else (),
    )


def _canonical(name: str) -> str:
    """What ODK Central calls a column in a file, where its live feed gave the name."""
    fed = _SYSTEM.fullmatch(name)
    return _CENTRAL_FOLDED.get(fed[1].casefold(), name) if fed else name


def _has_hashtags(table: Table) -> bool:
    """Whether the row below the headers is one of HXL hashtags, which KoBoToolbox adds for them."""
    cells = [cell.strip() for cell in next(iter(table.sample), ()) if cell.strip()]
    return bool(cells) and all(_HASHTAG.fullmatch(cell) for cell in cells)


def _columns(
    table: Table, names: Sequence[str], added: Sequence[str], *, is_odk: bool
) -> Iterator[Column]:
    respondent = next((name for name in _RESPONDENTS if name in names), None)
    questions = frozenset(names)
    parts = [part for part in map(_part_of_place, names) if part and part["question"]]
    # With groups in the headers KoBoToolbox leaves them out of the place itself.
    places = {(group or "") + part["question"] for part in parts for group in (part["group"], "")}
    for at, (name, known) in enumerate(zip(names, added, strict=True)):
        role: Role = _ROLES.get(known, "")
        why = ""
        if name == respondent and names.index(name) == at:
            role = "respondent"
        elif is_odk and known in _CENTRAL:
            role = _CENTRAL[known]
        elif not role and _ADDED.fullmatch(name):
            role = "technical"
        elif not role and (name in places or _part_of_place(name)):
            role, why = "person", "a place"
        elif not role and (parent := _whose_option(table, at, name, questions)):
            role, why = "technical", f"one option of {parent}"
        if role:
            yield Column(name, role=role, why=why)
        else:
            yield _question(name, is_odk=is_odk)


def _question(name: str, *, is_odk: bool) -> Column:
    if _PATH.fullmatch(name):
        last = name.rpartition("/")[2]
        return Column(name, export_id=last.rpartition("-")[2] if is_odk else last)
    # Labels hold slashes too, so that where the groups end cannot be told.
    parts = plain(name).split("/", _MOST_GROUPS)
    texts = ("/".join(parts[at:]).strip() for at in range(len(parts)))
    return Column(name, texts=tuple(dict.fromkeys(text for text in texts if text)))


def _part_of_place(name: str) -> re.Match[str] | None:
    # The pattern tries each slash; no label of a place is that long.
    return _PLACE.fullmatch(name) if len(name) < 1000 else None


def _whose_option(table: Table, at: int, name: str, questions: frozenset[str]) -> str:
    """The question of which a column is one option (`question/option`), empty where it is none."""
    for slash in islice(re.finditer("/", name), _MOST_GROUPS):
        parent, option = name[: slash.start()], name[slash.end() :]
        if parent in questions:
            cells = {same(row[at]) for row in table.sample}
            if cells <= _FLAGS | {same(option)}:
                return parent
    return ""
