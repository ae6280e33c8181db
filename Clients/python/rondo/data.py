"""What users have as what the server reads: tables as CSV or records, sequences, records of series, files."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, Optional, Sequence, Union

from .transport import Body
from .values import dumps, listed

Names = Union[str, Sequence[str], None]

#: Files by their ending, below a ``.gz``.
_FILE_TYPES = {
    ".csv": "text/csv", ".tsv": "text/tab-separated-values", ".txt": "text/csv", ".tab": "text/tab-separated-values",
    ".json": "application/json", ".ndjson": "application/x-ndjson", ".jsonl": "application/x-ndjson",
}

#: Members of a request that its query cannot say.
_BODY_ONLY = ("metadata", "validation")


@dataclass
class Request:
    """A request ready to be sent."""

    body: Body
    content_type: str = "application/json"
    query: Dict[str, Any] = field(default_factory=dict)
    headers: Dict[str, str] = field(default_factory=dict)
    #: Time zone of the table or series.
    zone: Any = None


def settings_of(settings: Mapping[str, Any]) -> Dict[str, Any]:
    """Members of a request: ``from_`` is ``from``, ``{"training.epochs": 3}`` is ``{"training": {"epochs": 3}}``."""
    result: Dict[str, Any] = {}
    for name, value in settings.items():
        if value is None:
            continue
        *groups, last = name.rstrip("_").split(".")
        place = result
        for group in groups:
            place = place.setdefault(group, {})
        if isinstance(value, Mapping) and isinstance(place.get(last), dict):
            place[last].update(value)
        else:
            place[last] = dict(value) if isinstance(value, Mapping) else value
    return result


def roles_of(**roles: Names) -> Dict[str, List[str]]:
    """Columns by role, without those that are not said."""
    return {
        name: [value] if isinstance(value, str) else [str(item) for item in value]
        for name, value in roles.items() if value is not None
    }


def flat(settings: Mapping[str, Any], prefix: str = "") -> Dict[str, str]:
    """Settings as parameters of a query: ``training.epochs``."""
    result: Dict[str, str] = {}
    for name, value in settings.items():
        if isinstance(value, Mapping):
            result.update(flat(value, f"{prefix}{name}."))
        else:
            result[prefix + name] = value if isinstance(value, str) else dumps(value).decode()
    return result


def is_frame(data: Any) -> bool:
    """Whether it is a DataFrame; pandas is not imported to find out."""
    return hasattr(data, "columns") and hasattr(data, "iloc")


def is_series(data: Any) -> bool:
    """Whether it is a Series."""
    return hasattr(data, "index") and hasattr(data, "iloc") and not is_frame(data)


def _listed_texts(data: Any) -> Any:
    """A Series of texts is a list of sequences; one of numbers is a sequence."""
    return list(data) if is_series(data) and len(data) and isinstance(data.iloc[0], str) else data


def path_of_file(data: Any) -> Optional[str]:
    """The path that is meant: of a path object, or of a text that names a file of a known kind."""
    if isinstance(data, os.PathLike):
        return os.fspath(data)
    if isinstance(data, str) and "\n" not in data and _ending(data) and os.path.isfile(data):
        return data
    return None


def _ending(path: str) -> str:
    stem = path[: -len(".gz")] if path.endswith(".gz") else path
    ending = os.path.splitext(stem)[1].lower()
    return ending if ending in _FILE_TYPES else ""


def is_rows(data: Any) -> bool:
    """Whether a list has the rows of a table: objects of single values, and no pairs of input and target."""
    if not isinstance(data, (list, tuple)) or not data or not isinstance(data[0], Mapping):
        return False
    if set(data[0]) <= {"input", "target"}:
        return False
    return not any(isinstance(value, (list, tuple, dict)) or getattr(value, "ndim", 0) for value in data[0].values())


def table_request(
    data: Any, settings: Dict[str, Any], roles: Dict[str, List[str]], later: Any = None
) -> Optional[Request]:
    """The request for a table: a DataFrame, rows, or a file; None for other data.

    Args:
        later: rows behind those of the table, of which no target is known.
    """
    path = path_of_file(data)
    if path is not None:
        if later is not None:
            raise ValueError("future rows go into the file, behind those whose target is known")
        return _file(path, settings, roles)
    if is_frame(data):
        return _frame(data, settings, roles, later)
    if not is_rows(data):
        return None
    members = {"records": listed(list(data)), **roles, **settings}
    if later is not None:
        members["future_records"] = _later_rows(later)
    return Request(dumps(members))


def _later_rows(later: Any) -> List[Dict[str, Any]]:
    if is_frame(later):
        from .frames import records

        return records(later)
    return listed(list(later))


def _frame(data: Any, settings: Dict[str, Any], roles: Dict[str, List[str]], later: Any) -> Request:
    from .frames import csv_text, dialect, records, zone_of

    zone = zone_of(data)
    # Commas part the names in a query.
    is_sayable = not any("," in name for names in roles.values() for name in names)
    if later is None and is_sayable and not any(name in settings for name in _BODY_ONLY):
        query = {**dialect(data), **{name: ",".join(names) for name, names in roles.items()}, **flat(settings)}
        return Request(csv_text(data), "text/csv", query, zone=zone)
    members = {"records": records(data), **roles, **settings}
    if later is not None:
        members["future_records"] = _later_rows(later)
    return Request(dumps(members), zone=zone)


def _file(path: str, settings: Dict[str, Any], roles: Dict[str, List[str]]) -> Request:
    unsayable = [name for name in _BODY_ONLY if name in settings]
    if unsayable:
        raise ValueError(f"{unsayable[0]} cannot be said beside a file: read the file, and send a DataFrame or rows")
    query = {**{name: ",".join(names) for name, names in roles.items()}, **flat(settings)}
    headers = {"Content-Length": str(os.path.getsize(path))}
    if path.endswith(".gz"):
        headers["Content-Encoding"] = "gzip"
    return Request(lambda: open(path, "rb"), _FILE_TYPES.get(_ending(path), "text/csv"), query, headers)


def sequences(data: Any) -> List[Any]:
    """Sequences as the server reads them: series, several channels, texts, symbols, pairs, records of series.

    One series may stand by itself: a list of numbers, a Series, an array of one or two dimensions (`[T]`, `[T][C]`),
    the record of a series.
    """
    data = _listed_texts(data)
    return [_sequence(item) for item in ([data] if is_one(data) else data)]


def is_one(data: Any) -> bool:
    """Whether it is one sequence, and no list of them."""
    data = _listed_texts(data)
    if isinstance(data, (str, Mapping)) or is_series(data):
        return True
    if getattr(data, "ndim", 0):
        return data.ndim <= 2
    return bool(data) and all(item is None or isinstance(item, (int, float)) for item in data)


def _sequence(item: Any) -> Any:
    if is_series(item):
        from .frames import record

        return record(item)
    return listed(item)


def zone_of_data(data: Any) -> Any:
    """The time zone of a Series, or of the first of several."""
    first = data if is_series(data) else data[0] if isinstance(data, (list, tuple)) and data else None
    if not is_series(first):
        return None
    from .frames import zone_of

    return zone_of(first)
