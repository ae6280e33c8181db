"""Predictions as rows: the columns that ``rondo predict --format csv`` has."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Optional, Tuple

Row = Dict[str, Any]

#: Members of a prediction that are no part of the answer itself.
_NOTES = {"unknown", "gaps", "candidates", "id"}

#: What is said of each value of a series that is scored.
_SCORES = ("log_likelihood", "pit", "surprise", "limit", "expected", "anomaly")


def rows(predictions: List[Dict[str, Any]]) -> List[Row]:
    """A row for each step and channel of a forecast, for each step that is tagged or scored, otherwise for each
    sequence; with candidates one for each of them.

    Rows begin with ``id`` where the sequence has one, and its index, ``sequence``, where any has none.
    """
    has_all_ids = all(item.get("id") is not None for item in predictions)
    has_ids = any(item.get("id") is not None for item in predictions)
    result: List[Row] = []
    for index, prediction in enumerate(predictions):
        head: Row = {} if has_all_ids else {"sequence": index}
        if has_ids:
            head["id"] = prediction.get("id")
        result.extend({**head, **row} for row in _own_rows(prediction))
    return result


def _own_rows(prediction: Dict[str, Any]) -> Iterator[Row]:
    if "mean" in prediction:
        return _forecast(prediction)
    if "log_likelihood" in prediction:
        return _by_step(prediction, {name: prediction[name] for name in _SCORES})
    if "labels" in prediction:
        return _steps(prediction, {"labels": "label", "probabilities": "probability"})
    if "perplexity" in prediction:
        return _steps(prediction, {"tokens": "token", "logprobs": "logprob"})
    return _single(prediction)


def _forecast(prediction: Dict[str, Any]) -> Iterator[Row]:
    kinds = {"mean": prediction["mean"]}
    kinds.update({f"q{level}": values for level, values in (prediction.get("quantiles") or {}).items()})
    kinds.update({f"explanation_{part}": values for part, values in (prediction.get("explanation") or {}).items()})
    kinds.update({f"sample_{index}": values for index, values in enumerate(prediction.get("samples") or [])})
    return _by_step(prediction, kinds)


def _by_step(prediction: Dict[str, Any], kinds: Dict[str, List[Any]]) -> Iterator[Row]:
    """Rows of values by step, or by step and channel; ``kinds`` are the columns."""
    times, channels = prediction.get("timestamps"), prediction.get("channels")
    for step, first in enumerate(next(iter(kinds.values()))):
        head: Row = {"time": times[step]} if times else {"step": step + 1}
        values = {name: by_step[step] for name, by_step in kinds.items()}
        if not isinstance(first, list):
            yield {**head, **({"channel": channels[0]} if channels else {}), **values}
            continue
        for channel, name in enumerate(channels or range(len(first))):
            yield {**head, "channel": name, **{kind: value[channel] for kind, value in values.items()}}


def _steps(prediction: Dict[str, Any], lists: Dict[str, str]) -> Iterator[Row]:
    others = {name: value for name, value in prediction.items() if name not in lists and name not in _NOTES}
    columns = {column: prediction.get(member) or [] for member, column in lists.items()}
    for step in range(max(len(column) for column in columns.values())):
        yield {"step": step + 1, **{name: values[step] for name, values in columns.items()}, **others}


def _single(prediction: Dict[str, Any]) -> Iterator[Row]:
    candidates = (prediction.get("candidates") or [])[1:]
    for rank, item in enumerate([prediction, *candidates], 1):
        row: Row = {"rank": rank} if candidates else {}
        for name, value in item.items():
            if name in _NOTES:
                continue
            if name == "probabilities" and isinstance(value, dict):
                row.update({f"p_{label}": value[label] for label in sorted(value)})
            elif name == "value" and isinstance(value, list):
                row.update({f"value_{index}": number for index, number in enumerate(value)})
            else:
                row[name] = value
        yield row


def names(items: List[Row]) -> List[str]:
    """Names of all columns, in the order in which they come first."""
    return list(dict.fromkeys(name for row in items for name in row))


def levels(row: Row) -> List[Tuple[str, str]]:
    """The columns of quantiles as intervals, the widest first: those of 0.1 and 0.9."""
    quantiles = sorted((float(name[1:]), name) for name in row if _is_level(name))
    pairs = []
    while len(quantiles) > 1:
        (_, low), (_, high) = quantiles.pop(0), quantiles.pop()
        pairs.append((low, high))
    return pairs


def _is_level(name: str) -> bool:
    try:
        return name.startswith("q") and 0 < float(name[1:]) < 1
    except ValueError:
        return False


def single(values: List[Any]) -> Optional[Any]:
    """The one value that all have; None where they differ."""
    return values[0] if values and all(value == values[0] for value in values) else None
