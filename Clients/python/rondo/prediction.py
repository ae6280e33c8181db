"""The answer to a prediction: as it came, as rows, as a DataFrame, as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Optional

from .rows import Row, names, rows

if TYPE_CHECKING:
    import pandas


class Prediction:
    """What a model answers, for one sequence or several::

        forecast = client.predict("shops", frame, horizon=28, quantiles=[0.1, 0.5, 0.9])
        forecast.to_pandas()        # id, time, mean, q0.1, q0.5, q0.9: a row for each step
        forecast[0]["mean"]         # of the first sequence, as the server wrote it
        forecast.plot()
    """

    def __init__(self, answer: Dict[str, Any], zone: Any = None):
        #: All that the server said.
        self.answer = answer
        self._zone = zone

    @property
    def model(self) -> str:
        """The version that answered: ``shops@3``."""
        return self.answer["model"]

    @property
    def task(self) -> str:
        return self.answer["task"]

    @property
    def predictions(self) -> List[Dict[str, Any]]:
        """One for each sequence, in their order, as the server wrote them."""
        return self.answer["predictions"]

    @property
    def rows(self) -> List[Row]:
        """The same as rows with names: for each step of a forecast, otherwise for each sequence."""
        return rows(self.predictions)

    @property
    def anomalies(self) -> List[Row]:
        """Of series that were scored (``score=True``), the rows that are beyond the threshold."""
        return [row for row in self.rows if row.get("anomaly")]

    def __len__(self) -> int:
        return len(self.predictions)

    def __getitem__(self, index: int) -> Dict[str, Any]:
        return self.predictions[index]

    def __iter__(self) -> Iterator[Dict[str, Any]]:
        return iter(self.predictions)

    def to_pandas(self) -> "pandas.DataFrame":
        """The rows as a DataFrame, with ``time`` as time stamps; needs pandas.

        Times with an offset are in the zone of the times that were sent, or in UTC.
        """
        from .frames import to_frame

        return to_frame(self.rows, self._zone)

    def plot(self, history: Any = None, *, time: Optional[str] = None, ax: Any = None) -> Any:
        """Draws a forecast with its intervals; needs matplotlib.

        Args:
            history: what came before: the DataFrame, Series or list that the forecast was asked with.
            time: its column of times; by default its index, or the only column of times.
            ax: axes of matplotlib, one for each series and channel, or a single one for all; by default new ones.

        Returns:
            The axes.
        """
        if any("log_likelihood" in item for item in self):
            raise ValueError("a score has no picture; .anomalies, .rows or .to_pandas() shows it")
        from .plotting import plot

        return plot(self, history, time, ax)

    def __repr__(self) -> str:
        items = self.rows
        shown = [names(items)] + [list(map(_short, (row.get(name) for name in names(items)))) for row in items[:8]]
        widths = [max(len(line[column]) for line in shown) for column in range(len(shown[0]))]
        lines = ["  ".join(cell.rjust(width) for cell, width in zip(line, widths)) for line in shown]
        more = [f"… {len(items) - 8} more rows"] if len(items) > 8 else []
        return "\n".join([f"<Prediction of {self.model}: {self.task}>", *lines, *more])

    def _repr_html_(self) -> Optional[str]:
        try:
            return self.to_pandas().to_html(max_rows=20)
        except ImportError:
            return None


def _short(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.5g}"
    text = "" if value is None else str(value)
    return text if len(text) <= 40 else text[:39] + "…"
