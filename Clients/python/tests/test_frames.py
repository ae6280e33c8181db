"""DataFrames and Series of pandas as what is sent, and answers as frames, without a server."""

import json
import unittest

try:
    import pandas as pd
except ImportError:
    pd = None

if pd is not None:
    from rondo.data import sequences, table_request
    from rondo.frames import csv_text, record, zone_name, zone_of
from rondo.prediction import Prediction


def forecast(**members):
    return Prediction({"model": "m@1", "task": "forecast", "predictions": [members]}, members.pop("zone", None))


@unittest.skipIf(pd is None, "pandas is not installed")
class FrameTests(unittest.TestCase):
    def test_all_kinds_of_columns(self):
        frame = pd.DataFrame({
            "day": pd.to_datetime(["2026-01-01", None]), "at": pd.to_datetime(["2026-01-01 12:30:00+01:00", None]),
            "month": pd.PeriodIndex(["2026-01", "2026-02"], freq="M"), "kind": pd.Categorical(["a", None]),
            "count": pd.array([1, None], dtype="Int64"), "open": pd.array([True, None], dtype="boolean"),
            "value": [0.1, float("nan")], "text": ["x,y", ""], 7: [1, 2]})
        self.assertEqual(csv_text(frame).decode().splitlines(), [
            "day,at,month,kind,count,open,value,text,7",
            '2026-01-01,2026-01-01 12:30:00+01:00,2026-01-01,a,1,True,0.1,"x,y",1',
            ",,2026-02-01,,,,,,2",
        ])

    def test_an_index_that_says_something_is_a_column(self):
        values = {"y": [1, 2]}
        days = pd.date_range("2026-01-01", periods=2, freq="D")
        cases = [
            (pd.DataFrame(values), "y"), (pd.DataFrame(values, index=[5, 9]), "y"),
            (pd.DataFrame(values, index=days), "time,y"), (pd.DataFrame(values, index=days.to_period()), "time,y"),
            (pd.DataFrame(values, index=pd.Index(["a", "b"], name="shop")), "shop,y"),
            (pd.DataFrame({"time": [3, 4], **values}, index=days), "_time,time,y"),
            (pd.DataFrame(values, index=pd.MultiIndex.from_product([["a"], [1, 2]], names=["shop", "t"])), "shop,t,y"),
        ]
        for frame, head in cases:
            self.assertEqual(csv_text(frame).decode().splitlines()[0], head)
        self.assertEqual(csv_text(cases[3][0]).decode().splitlines()[1], "2026-01-01,1")

    def test_what_cannot_be_sent(self):
        for frame, message in [
            (pd.DataFrame({("a", "b"): [1]}), "several levels"),
            (pd.DataFrame([[1, 2]], columns=["a", "a"]), "two columns"),
            (pd.DataFrame({"a": [pd.Timedelta("1h")]}), "time spans"),
            (pd.DataFrame({"a": [float("inf")]}), "infinite"),
        ]:
            with self.assertRaisesRegex((ValueError, TypeError), message):
                csv_text(frame)

    def test_a_frame_is_csv_where_the_query_can_say_all(self):
        frame = pd.DataFrame({"day": pd.to_datetime(["2026-01-01"]), "a,b": [1.5], "c": [None]})
        request = table_request(frame, {"model": "m"}, {"time": ["day"]})
        self.assertEqual((request.content_type, request.query), (
            "text/csv", {"separator": ",", "header": "true", "decimal": ".", "time": "day", "model": "m"}))
        for settings, roles, later in [
            ({"metadata": {"a": 1}}, {}, None), ({}, {"target": ["a,b"]}, None),
            ({}, {}, pd.DataFrame({"day": ["2026-01-02"]})),
        ]:
            request = table_request(frame, settings, roles, later)
            body = json.loads(request.body)
            self.assertEqual(body["records"], [{"day": "2026-01-01", "a,b": 1.5}])
            self.assertEqual("future_records" in body, later is not None)
            self.assertEqual(request.query, {})

    def test_a_series_is_a_record(self):
        hours = pd.date_range("2026-03-29", periods=3, freq="h", tz="Europe/Berlin")
        series = pd.Series([1, None, 3], index=hours, name="load")
        self.assertEqual(record(series), {
            "id": "load", "target": [1, None, 3],
            "timestamps": ["2026-03-29T00:00:00+01:00", "2026-03-29T01:00:00+01:00", "2026-03-29T03:00:00+02:00"]})
        self.assertEqual(zone_name(zone_of(series)), "Europe/Berlin")
        self.assertIsNone(zone_name(zone_of(series.tz_convert("+02:00"))))
        self.assertEqual(sequences(pd.Series([1.5, 2])), [{"target": [1.5, 2]}])
        days = pd.Series([1.5], index=pd.DatetimeIndex(["2026-01-31"]))
        self.assertEqual(record(days)["timestamps"], ["2026-01-31"])
        self.assertEqual(len(sequences([series, series])), 2)
        self.assertEqual(sequences(pd.Series(["abc", "d"])), ["abc", "d"])
        with self.assertRaisesRegex(TypeError, "Series of category"):
            record(pd.Series(["a"], dtype="category"))
        with self.assertRaisesRegex(ValueError, "NaT"):
            record(pd.Series([1, 2], index=pd.DatetimeIndex(["2026-01-01", None])))

    def test_answers_have_time_stamps(self):
        days = ["2026-01-01", "2026-01-02"]
        frame = forecast(id="a", timestamps=days, mean=[1, 2], quantiles={"0.1": [0, 1]}).to_pandas()
        self.assertEqual(list(frame.columns), ["id", "time", "mean", "q0.1"])
        self.assertEqual(list(frame["time"]), list(pd.date_range("2026-01-01", periods=2)))
        seconds, milliseconds = [1767225600, 1767229200], [1767225600000, 1767229200000]
        for stamps in (seconds, milliseconds):
            times = forecast(timestamps=stamps, mean=[1, 2]).to_pandas()["time"]
            self.assertEqual(list(times), list(pd.date_range("2026-01-01", periods=2, freq="h")))
        # The offset changes within the forecast.
        stamps = ["2026-03-29T01:00:00+01:00", "2026-03-29T03:00:00+02:00"]
        zone = zone_of(pd.Series([1], index=pd.DatetimeIndex(["2026-01-01"], tz="Europe/Berlin")))
        times = forecast(timestamps=stamps, mean=[1, 2], zone=zone).to_pandas()["time"]
        self.assertEqual([stamp.isoformat() for stamp in times], stamps)
        self.assertEqual(str(forecast(timestamps=stamps, mean=[1, 2]).to_pandas()["time"].dt.tz), "UTC")
        self.assertEqual(list(forecast(mean=[]).to_pandas().columns), [])
        self.assertIn("<table", forecast(mean=[1.5])._repr_html_())


@unittest.skipIf(pd is None, "pandas is not installed")
class PlotTests(unittest.TestCase):
    def setUp(self):
        try:
            import matplotlib
        except ImportError:
            self.skipTest("matplotlib is not installed")
        matplotlib.use("Agg")
        import matplotlib.pyplot as plt

        self.addCleanup(plt.close, "all")

    def test_lines_and_bands(self):
        levels = {"0.1": [0, 1], "0.5": [1, 2], "0.9": [2, 3]}
        ax = forecast(mean=[1, 2], quantiles=levels).plot(history=[5.0, 6, 7])
        self.assertEqual([line.get_label() for line in ax.lines], ["history", "forecast"])
        self.assertEqual(list(ax.lines[1].get_xdata()), [3, 4])
        self.assertEqual([band.get_label() for band in ax.collections], ["0.1 to 0.9"])
        ax = forecast(mean=[1, 2]).plot(history=list(range(1000)))
        self.assertEqual((len(ax.lines[0].get_xdata()), list(ax.lines[1].get_xdata())), (60, [1000, 1001]))

    def test_series_and_channels_have_axes_of_their_own(self):
        days = ["2026-01-03", "2026-01-04"]
        predictions = [{"id": name, "timestamps": days, "channels": ["y"], "mean": [1, 2]} for name in ("a", "b")]
        answer = Prediction({"model": "m@1", "task": "forecast", "predictions": predictions})
        history = pd.DataFrame({
            "day": list(pd.date_range("2026-01-01", periods=2)) * 2, "shop": ["a", "a", "b", "b"], "y": [1.0, 2, 3, 4]})
        axes = answer.plot(history)
        self.assertEqual([ax.get_title() for ax in axes], ["a y", "b y"])
        self.assertEqual(list(axes[1].lines[0].get_ydata()), [3, 4])
        with self.assertRaisesRegex(ValueError, "no picture"):
            Prediction({"model": "m@1", "task": "tagging", "predictions": []}).plot()


if __name__ == "__main__":
    unittest.main()
