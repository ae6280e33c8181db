"""Forecasts as pictures. Imported only where matplotlib is used."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Tuple

from .rows import levels

#: How much of a history is drawn: so many horizons, but not less than so many steps.
_HISTORY_HORIZONS, _HISTORY_STEPS_MIN = 5, 60


def plot(prediction: Any, history: Any, time: Optional[str], ax: Any) -> Any:
    """A line of means for each series and channel, in bands between the quantiles that belong together."""
    import matplotlib.pyplot as plt

    if prediction.task != "forecast":
        raise ValueError(f"a {prediction.task} has no picture; .rows or .to_pandas() shows it")
    groups = _groups(prediction)
    if ax is None:
        count = len(groups)
        _, axes = plt.subplots(count, 1, figsize=(9, 1 + 2.5 * count), squeeze=False)
        axes = list(axes[:, 0])
    else:
        axes = list(ax.flat) if hasattr(ax, "flat") else list(ax) if isinstance(ax, (list, tuple)) else [ax]
    for index, ((series, channel), rows) in enumerate(groups.items()):
        place = axes[min(index, len(axes) - 1)]
        past = _recent(_past(history, time, series, channel, len(groups)), rows)
        if past is not None:
            place.plot(past[0], past[1], color="0.4", linewidth=1, label="history")
        _draw(place, rows, 0 if past is None else _end(past[0], rows))
        place.set_title(" ".join(str(part) for part in (series, channel) if part is not None) or prediction.model)
        place.legend(loc="upper left", fontsize="small")
    axes[0].figure.autofmt_xdate()
    return ax if ax is not None else (axes[0] if len(axes) == 1 else axes)


def _groups(prediction: Any) -> Dict[Tuple[Any, Any], List[Dict[str, Any]]]:
    try:
        rows = prediction.to_pandas().to_dict("records")
    except ImportError:
        rows = prediction.rows
    groups: Dict[Tuple[Any, Any], List[Dict[str, Any]]] = {}
    several = len(prediction) > 1
    for row in rows:
        series = row.get("id", f"sequence {row.get('sequence')}" if several else None)
        groups.setdefault((series, row.get("channel")), []).append(row)
    return groups


def _draw(place: Any, rows: List[Dict[str, Any]], end: int) -> None:
    x = [row["time"] if "time" in row else end + row["step"] for row in rows]
    bands = levels(rows[0])
    for depth, (low, high) in enumerate(bands):
        label = f"{low[1:]} to {high[1:]}"
        alpha = 0.15 + 0.2 * depth / max(1, len(bands))
        place.fill_between(
            x, [row[low] for row in rows], [row[high] for row in rows], color="C0", alpha=alpha, linewidth=0,
            label=label)
    place.plot(x, [row["mean"] for row in rows], color="C0", label="forecast")


def _recent(past: Optional[Tuple[Any, Any]], rows: List[Dict[str, Any]]) -> Optional[Tuple[Any, Any]]:
    """The last values of a long history: some seasons show how a forecast goes on, hundreds hide it."""
    if past is None:
        return None
    times, values = past
    if "time" not in rows[0]:
        times = range(len(values))
    count = max(_HISTORY_STEPS_MIN, _HISTORY_HORIZONS * len(rows))
    return times[-count:], values[-count:]


def _end(times: Any, rows: List[Dict[str, Any]]) -> int:
    """The last step of the history, behind which those of a forecast without times begin."""
    return 0 if "time" in rows[0] or not len(times) else times[-1]


def _past(
    history: Any, time: Optional[str], series: Any, channel: Any, count: int
) -> Optional[Tuple[Any, Any]]:
    """Times and values of what came before a series."""
    if history is None:
        return None
    if hasattr(history, "columns"):
        return _past_of_frame(history, time, series, channel)
    if hasattr(history, "index") and hasattr(history, "to_numpy"):
        return history.index, history.to_numpy()
    values = list(history)
    if values and isinstance(values[0], (int, float)) and count == 1:
        return list(range(len(values))), values
    return None


def _past_of_frame(frame: Any, time: Optional[str], series: Any, channel: Any) -> Optional[Tuple[Any, Any]]:
    import pandas as pd

    if series is not None:
        for name in frame.columns:
            chosen = frame[name].astype(str) == str(series)
            if not pd.api.types.is_float_dtype(frame[name]) and chosen.any():
                frame = frame[chosen]
                break
    if channel not in frame.columns:
        return None
    if time is None:
        found = [name for name in frame.columns if pd.api.types.is_datetime64_any_dtype(frame[name])]
        time = found[0] if found else None
    if time is None:
        return frame.index, frame[channel]
    ordered = frame.sort_values(time)
    return ordered[time], ordered[channel]
