"""Tables through the real server: roles found, questions asked, names kept."""

import csv
import gzip
import os
import tempfile
import unittest

import rondo

from .server import QUICK, ServerCase

try:
    import pandas as pd
except ImportError:
    pd = None


def shop_rows(days, is_known=True):
    """Rows of two shops with a promotion that is known ahead."""
    rows = []
    for shop in ("north", "south"):
        for day in days:
            row = {"date": f"2026-01-{day + 1:02}", "store": shop, "promo": int(day % 5 == 2)}
            if is_known:
                row["sales"] = (day * 7 + len(shop) + (shop == "south") * 40) % 13 + 0.5
            rows.append(row)
    return rows


class RowTests(ServerCase):
    def test_roles_are_found_and_kept(self):
        job = self.client.train(shop_rows(range(28)), model="shops", wait=True, **QUICK)
        self.assertEqual(job.roles, "time: date (daily), id: store, target: sales, known in future: promo")
        forecast = self.client.predict("shops", shop_rows(range(28)), horizon=3, future=shop_rows(range(28, 31), False))
        self.assertEqual([row["id"] for row in forecast.rows], ["north"] * 3 + ["south"] * 3)
        self.assertEqual([row["time"] for row in forecast.rows[:3]], ["2026-01-29", "2026-01-30", "2026-01-31"])
        self.assertEqual(forecast.rows[0]["channel"], "sales")
        lacking = [{**row, "prom": row.pop("promo")} for row in shop_rows(range(28))]
        with self.assertRaisesRegex(rondo.ApiError, "promo"):
            self.client.predict("shops", lacking, horizon=3)

    def test_what_is_open_is_asked(self):
        rows = [{"day": day, "alpha": day * 7 % 11, "beta": day * 5 % 13} for day in range(30)]
        with self.assertRaises(rondo.Question) as caught:
            self.client.validate(rows, model="meters")
        question = caught.exception
        self.assertEqual(question.option, "target")
        self.assertLessEqual({"alpha", "beta"}, set(question.answers))
        plan = self.client.validate(rows, model="meters", **{question.option: "beta"})
        self.assertEqual(plan["roles"]["target"], ["beta"])
        both = self.client.validate(rows, model="meters", target=["alpha", "beta"], time="day")
        self.assertEqual(both["roles"]["target"], ["alpha", "beta"])

    def test_labels_make_a_task(self):
        rows = [{"name": name, "language": language} for name, language in
                [("Ahmed", "Arabic"), ("Wang", "Chinese"), ("Said", "Arabic"), ("Liu", "Chinese")] * 10]
        self.client.train(rows, model="names", label="language", wait=True, **QUICK)
        self.assertEqual(len(self.client.predict("names", rows[:2])), 2)
        one = self.client.predict("names", "Liu")
        self.assertEqual(list(one.rows[0]), ["sequence", "label", "p_Arabic", "p_Chinese"])

    def test_files_are_tables(self):
        with tempfile.TemporaryDirectory() as directory:
            plain, packed = os.path.join(directory, "shops.csv"), os.path.join(directory, "shops.csv.gz")
            rows = shop_rows(range(28))
            with open(plain, "w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, list(rows[0]), delimiter=";")
                writer.writeheader()
                writer.writerows(rows)
            with open(plain, "rb") as file, gzip.open(packed, "wb") as target:
                target.write(file.read())
            for path in (plain, packed):
                with self.subTest(path):
                    job = self.client.train(path, model="files", wait=True, forecast={"horizon": 2}, **QUICK)
                    self.assertIn("target: sales", job.roles)
                    self.assertEqual(job["settings"]["forecast"]["horizon"], 2)
            with open(plain, "a", encoding="utf-8") as file:
                file.write("2026-01-29;north;0;1,2,3\n")
            with self.assertRaises(rondo.ApiError) as caught:
                self.client.train(plain, model="files", target="sales")
            fault = caught.exception.errors[0]
            self.assertEqual((fault.column, fault.line), ("sales", 58))


@unittest.skipIf(pd is None, "pandas is not installed")
class FrameTests(ServerCase):
    def frame(self, days, is_known=True):
        frame = pd.DataFrame(shop_rows(days, is_known))
        return frame.assign(date=pd.to_datetime(frame["date"]), store=frame["store"].astype("category"))

    def test_a_frame_in_and_a_frame_out(self):
        history = self.frame(range(28))
        history.loc[5, "sales"] = float("nan")
        job = self.client.train(history, model="shops", wait=True, **QUICK)
        self.assertTrue(job.roles.startswith("time: date (daily), id: store, target: sales, known in future: promo"))
        forecast = self.client.predict("shops", history, horizon=2, future=self.frame(range(28, 30), False))
        frame = forecast.to_pandas()
        self.assertEqual(list(frame.columns), ["id", "time", "channel", "mean", "q0.1", "q0.5", "q0.9"])
        self.assertEqual(list(frame["time"].unique()), list(pd.date_range("2026-01-29", periods=2)))
        self.assertTrue((frame["q0.1"] <= frame["q0.9"]).all())
        # What is ahead may stand in the frame itself, below the rows that are known.
        whole = pd.concat([history, self.frame(range(28, 30), False)])
        pd.testing.assert_frame_equal(self.client.predict("shops", whole, horizon=2).to_pandas(), frame)

    def test_texts_may_look_like_other_dialects(self):
        texts = ["a;b;c", "d;e;f", "1,5;2,5;3", "x|y|z"] * 10
        frame = pd.DataFrame({"text": texts, "kind": ["one", "one", "two", "two"] * 10})
        job = self.client.train(frame, model="texts", label="kind", wait=True, **QUICK)
        self.assertEqual((job["task"], job.roles), ("classification", "label: kind, target: text"))
        self.assertIn(job.roles, repr(job))

    def test_metadata_goes_along(self):
        job = self.client.train(self.frame(range(28)), model="noted", wait=True, metadata={"team": "ops"}, **QUICK)
        self.assertEqual(job["metadata"], {"team": "ops"})

    def test_the_index_may_be_the_time(self):
        days = pd.date_range("2026-01-01", periods=40, freq="D")
        values = [float(day * 7 % 13) for day in range(40)]
        for model, index in [("days", days), ("periods", days.to_period("D"))]:
            job = self.client.train(pd.DataFrame({"load": values}, index=index), model=model, wait=True, **QUICK)
            self.assertEqual(job.roles, "time: time (daily), target: load")
            series = pd.Series(values, index=index, name="load")
            frame = self.client.predict(model, series.to_frame(), horizon=2).to_pandas()
            self.assertEqual(list(frame["time"]), list(pd.date_range("2026-02-10", periods=2)))

    def test_clocks_change_within_a_forecast(self):
        hours = pd.date_range("2026-03-22", "2026-03-29 01:00", freq="h", tz="Europe/Berlin")
        frame = pd.DataFrame({"load": [float(hour.hour + hour.day % 3) for hour in hours]}, index=hours)
        job = self.client.train(frame, model="hours", wait=True, **QUICK)
        self.assertEqual(job["settings"]["forecast"]["zone"], "Europe/Berlin")
        forecast = self.client.predict("hours", frame, horizon=3).to_pandas()
        self.assertEqual(
            [time.isoformat() for time in forecast["time"]],
            [f"2026-03-29T0{hour}:00:00+02:00" for hour in (3, 4, 5)])

    def test_several_series_are_records(self):
        days = pd.date_range("2026-01-01", periods=40, freq="D")
        series = [pd.Series([float(day * k % 11) for day in range(40)], index=days, name=f"s{k}") for k in (3, 5)]
        self.client.train(series, model="several", wait=True, **QUICK)
        frame = self.client.predict("several", series, horizon=1).to_pandas()
        self.assertEqual(list(frame["id"]), ["s3", "s5"])
        self.assertEqual(len(self.client.predict("several", series[0], horizon=1)), 1)


if __name__ == "__main__":
    unittest.main()
