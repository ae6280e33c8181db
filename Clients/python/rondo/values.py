"""Python's values as JSON: what is not a number is null, times are ISO 8601, arrays are lists."""

from __future__ import annotations

import datetime
import decimal
import json
import math
from typing import Any


def is_missing(value: Any) -> bool:
    """None, NaN, NaT and pandas' NA."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, float) and math.isnan(value)


def plain(value: Any) -> Any:
    """A single value of a table or series as JSON has it."""
    if is_missing(value):
        return None
    if isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        if math.isinf(value):
            raise ValueError("a value is infinite, which cannot be learned")
        return float(value)
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return plain(float(value))
    if type(value).__name__ == "Period" and hasattr(value, "to_timestamp"):
        return value.to_timestamp().isoformat()
    if type(value).__name__ == "datetime64":
        return str(value)
    if hasattr(value, "item") and getattr(value, "ndim", 0) == 0:
        return plain(value.item())
    raise TypeError(f"a value of type {type(value).__name__} cannot be sent: expected a number, text, time or None")


def listed(value: Any) -> Any:
    """Arrays, tuples and Series as lists, down to their single values."""
    if isinstance(value, dict):
        return {str(name): listed(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [listed(item) for item in value]
    if getattr(value, "ndim", 0) and hasattr(value, "tolist"):
        return [listed(item) for item in value.tolist()]
    return plain(value)


def dumps(value: Any) -> bytes:
    """The text of a request.

    Most requests are plain lists and numbers, which need no copy.
    """
    try:
        text = json.dumps(value, allow_nan=False, separators=(",", ":"), ensure_ascii=False)
    except (ValueError, TypeError):
        text = json.dumps(listed(value), allow_nan=False, separators=(",", ":"), ensure_ascii=False)
    return text.encode()
