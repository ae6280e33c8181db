"""pandas: frames and series as what is sent, and answers as frames. Imported only where pandas is used."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

import pandas as pd

from .rows import Row, names
from .values import listed

#: Numbers beyond are milliseconds since 1970, as the server reads them.
_SECONDS_MAX = 1e11


def to_frame(items: List[Row], zone: Any) -> pd.DataFrame:
    """Rows as a frame, with times as time stamps."""
    frame = pd.DataFrame(items, columns=names(items))
    if "time" not in frame or frame.empty:
        return frame
    times = frame["time"]
    if pd.api.types.is_numeric_dtype(times):
        frame["time"] = pd.to_datetime(times, unit="ms" if times.abs().max() >= _SECONDS_MAX else "s")
        return frame
    # Offsets may change within a forecast, with the clocks.
    has_offset = times.str.contains(r"(?:Z|[+-]\d\d:?\d\d)$", regex=True).any()
    frame["time"] = pd.to_datetime(times, utc=True) if has_offset else pd.to_datetime(times)
    if has_offset and zone is not None:
        frame["time"] = frame["time"].dt.tz_convert(zone)
    return frame


def record(series: pd.Series) -> Dict[str, Any]:
    """A Series as the record of a series, with its times where its index has them."""
    if isinstance(series.dtype, pd.CategoricalDtype) or series.dtype == object:
        raise TypeError(f"a Series of {series.dtype} cannot be a series of numbers")
    result: Dict[str, Any] = {"target": listed(series.astype("float64").tolist())}
    index = series.index.to_timestamp() if isinstance(series.index, pd.PeriodIndex) else series.index
    if isinstance(index, pd.DatetimeIndex):
        if index.hasnans:
            raise ValueError("the index has times that are missing (NaT)")
        result["timestamps"] = _texts(index.to_series()).tolist()
    if series.name is not None and isinstance(series.name, (str, int)):
        result["id"] = series.name
    return result


def _texts(times: pd.Series) -> pd.Series:
    """Times as ISO 8601: dates where they are days, as answers are written like the times that were sent."""
    if times.dt.tz is None and (times.dropna().dt.normalize() == times.dropna()).all():
        return times.dt.strftime("%Y-%m-%d")
    return times.map(lambda stamp: None if pd.isna(stamp) else stamp.isoformat())


def zone_of(data: Any) -> Any:
    """The time zone of an index or of the first column of times; None where there is none."""
    index = getattr(data, "index", None)
    if isinstance(index, pd.DatetimeIndex):
        return index.tz
    if isinstance(data, pd.DataFrame):
        for dtype in data.dtypes:
            if isinstance(dtype, pd.DatetimeTZDtype):
                return dtype.tz
    return None


def zone_name(zone: Any) -> Optional[str]:
    """``Europe/Berlin``; None for a fixed offset, which the server does not take for a zone."""
    name = getattr(zone, "key", None) or getattr(zone, "zone", None)
    return name if name and "/" in name else None


def table(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame whose columns are texts, numbers and times only, with the index as columns where it says something.

    Periods become the times at which they begin, categories their texts.
    """
    if frame.columns.nlevels > 1:
        raise ValueError("columns of several levels: flatten them first, as with frame.columns.map('_'.join)")
    index = frame.index
    if isinstance(index, (pd.DatetimeIndex, pd.PeriodIndex)):
        frame = frame.rename_axis(index.name or _free("time", frame))
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    frame = frame.rename(columns=str)
    if not frame.columns.is_unique:
        raise ValueError(f"two columns are called {frame.columns[frame.columns.duplicated()][0]!r}")
    return frame.assign(**{name: _column(name, frame[name]) for name in frame.columns})


def _free(name: str, frame: pd.DataFrame) -> str:
    while name in frame.columns:
        name = "_" + name
    return name


def _column(name: str, column: pd.Series) -> pd.Series:
    if isinstance(column.dtype, pd.PeriodDtype):
        return column.dt.to_timestamp()
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.astype(object)
    if pd.api.types.is_timedelta64_dtype(column):
        raise TypeError(f"column {name!r} has time spans: say them as numbers, as with .dt.total_seconds()")
    if pd.api.types.is_float_dtype(column) and column.isin([float("inf"), float("-inf")]).any():
        raise ValueError(f"column {name!r} has an infinite value, which cannot be learned")
    return column


def csv_text(frame: pd.DataFrame) -> bytes:
    """The text of a table, in UTF-8; what is missing is empty."""
    return table(frame).to_csv(index=False, lineterminator="\n").encode()


def dialect(frame: pd.DataFrame) -> Dict[str, str]:
    """What ``csv_text`` writes, so that nobody has to guess: a column of texts may be full of semicolons."""
    has_fractions = any(pd.api.types.is_float_dtype(dtype) for dtype in frame.dtypes)
    return {"separator": ",", "header": "true", **({"decimal": "."} if has_fractions else {})}


def records(frame: pd.DataFrame) -> List[Dict[str, Any]]:
    """The rows of a table, without what is missing."""
    clean = table(frame)
    for name in clean.columns:
        if pd.api.types.is_datetime64_any_dtype(clean[name]):
            clean[name] = _texts(clean[name])
    columns = {name: listed(clean[name].tolist()) for name in clean.columns}
    rows = [dict(zip(columns, values)) for values in zip(*columns.values())]
    return [{name: value for name, value in row.items() if value is not None} for row in rows]
