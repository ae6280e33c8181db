"""What is sent, as values, without a server."""

import datetime
import decimal
import json
import os
import pathlib
import tempfile
import unittest

from rondo.data import is_rows, roles_of, sequences, settings_of, table_request
from rondo.rows import levels, rows
from rondo.values import dumps, listed

NAN = float("nan")


class ValueTests(unittest.TestCase):
    def test_values_become_json(self):
        day = datetime.date(2026, 1, 31)
        zone = datetime.timezone(datetime.timedelta(hours=1))
        cases = [
            ({"a": [1, 2.5, None, NAN]}, '{"a":[1,2.5,null,null]}'),
            ([(1, 2), (3, True)], "[[1,2],[3,true]]"),
            ([day, datetime.datetime(2026, 1, 31, 12, tzinfo=zone)], '["2026-01-31","2026-01-31T12:00:00+01:00"]'),
            ([decimal.Decimal("1.5"), "é"], '[1.5,"é"]'),
        ]
        for value, text in cases:
            self.assertEqual(dumps(value).decode(), text)
        for value in [float("inf"), decimal.Decimal("-Infinity")]:
            with self.assertRaisesRegex(ValueError, "infinite"):
                dumps([value])
        with self.assertRaisesRegex(TypeError, "object"):
            dumps([object()])

    def test_settings_have_groups(self):
        self.assertEqual(
            settings_of({"from_": "a@1", "training": {"epochs": 3}, "training.seed": 7, "horizon": None}),
            {"from": "a@1", "training": {"epochs": 3, "seed": 7}})
        self.assertEqual(roles_of(time="date", target=["a", "b"], id=None), {"time": ["date"], "target": ["a", "b"]})

    def test_one_sequence_may_stand_by_itself(self):
        self.assertEqual(sequences([1, None, 2.5]), [[1, None, 2.5]])
        self.assertEqual(sequences([[1, 2], [3]]), [[1, 2], [3]])
        self.assertEqual(sequences("abc"), ["abc"])
        self.assertEqual(sequences(["abc", "d"]), ["abc", "d"])
        self.assertEqual(sequences({"target": (1, 2)}), [{"target": [1, 2]}])

    def test_rows_are_told_from_sequences(self):
        self.assertTrue(is_rows([{"date": "2026-01-01", "sales": 3}]))
        self.assertTrue(is_rows([{"target": 3, "time": 1}]))
        for data in ([{"input": "a", "target": "b"}], [{"target": [1, 2]}], [[1, 2]], ["a"], [], {"a": 1}):
            self.assertFalse(is_rows(data), data)


class TableRequestTests(unittest.TestCase):
    def test_rows_go_as_records(self):
        rows = [{"date": datetime.date(2026, 1, 1), "sales": NAN}]
        request = table_request(rows, {"model": "m"}, {"time": ["date"]}, later=[{"date": "2026-01-02"}])
        self.assertEqual(json.loads(request.body), {
            "records": [{"date": "2026-01-01", "sales": None}], "time": ["date"], "model": "m",
            "future_records": [{"date": "2026-01-02"}]})

    def test_files_go_as_they_are(self):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "a.csv.gz")
            pathlib.Path(path).write_bytes(b"12345")
            settings = {"model": "m", "forecast": {"horizon": 2, "quantiles": [0.1, 0.9]}, "promote": "never"}
            for data in (path, pathlib.Path(path)):
                request = table_request(data, settings, {"target": ["a", "b"]})
                self.assertEqual(request.content_type, "text/csv")
                self.assertEqual(request.query, {
                    "target": "a,b", "model": "m", "forecast.horizon": "2", "forecast.quantiles": "[0.1,0.9]",
                    "promote": "never"})
                self.assertEqual(request.headers, {"Content-Length": "5", "Content-Encoding": "gzip"})
                with request.body() as file:
                    self.assertEqual(file.read(), b"12345")
            with self.assertRaisesRegex(ValueError, "metadata cannot be said"):
                table_request(path, {"metadata": {}}, {})
        self.assertIsNone(table_request("Tanaka", {}, {}))
        with self.assertRaises(FileNotFoundError):
            table_request(pathlib.Path(path), {}, {})


class RowTests(unittest.TestCase):
    def test_sequences_are_told_apart(self):
        self.assertEqual(rows([{"id": 7, "mean": [1]}]), [{"id": 7, "step": 1, "mean": 1}])
        self.assertEqual(
            rows([{"mean": [1]}, {"id": "x", "mean": [2]}]),
            [{"sequence": 0, "id": None, "step": 1, "mean": 1}, {"sequence": 1, "id": "x", "step": 1, "mean": 2}])

    def test_scores_are_rows(self):
        score = {name: [None, 2.0] for name in ("log_likelihood", "pit", "surprise", "limit", "expected")}
        score = {"timestamps": ["a", "b"], **score, "anomaly": [None, True], "warm_up": 1, "scored": 1}
        self.assertEqual(
            rows([score])[1],
            {"sequence": 0, "time": "b", "log_likelihood": 2.0, "pit": 2.0, "surprise": 2.0, "limit": 2.0,
             "expected": 2.0, "anomaly": True})

    def test_candidates_are_ranked(self):
        best, other = {"indices": [1, 0], "score": -0.5}, {"indices": [0, 1], "score": -2.0}
        self.assertEqual(
            rows([{**best, "candidates": [best, other], "unknown": {"count": 1}}]),
            [{"sequence": 0, "rank": 1, **best}, {"sequence": 0, "rank": 2, **other}])

    def test_levels_are_pairs(self):
        row = {"mean": 0, "q0.05": 0, "q0.5": 0, "q0.95": 0, "q0.25": 0, "q0.75": 0, "quality": 0}
        self.assertEqual(levels(row), [("q0.05", "q0.95"), ("q0.25", "q0.75")])


class ArrayTests(unittest.TestCase):
    def setUp(self):
        try:
            import numpy
        except ImportError:
            self.skipTest("numpy is not installed")
        self.numpy = numpy

    def test_arrays_are_series(self):
        series = self.numpy.array([[1.5, self.numpy.nan], [2, 3]])
        self.assertEqual(sequences(series), [[[1.5, None], [2, 3]]])
        self.assertEqual(sequences(series[:, 0]), [[1.5, 2]])
        self.assertEqual(sequences([series[0], series[1]]), [[1.5, None], [2, 3]])
        self.assertEqual(len(sequences(self.numpy.zeros((3, 4, 1)))), 3)
        self.assertEqual(listed({"a": self.numpy.int64(3), "b": self.numpy.bool_(True)}), {"a": 3, "b": True})
        self.assertEqual(listed([self.numpy.datetime64("2026-01-01T12")]), ["2026-01-01T12"])


if __name__ == "__main__":
    unittest.main()
