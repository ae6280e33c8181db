#!/usr/bin/env python3
"""Records what pandas and zoneinfo say about times, for RecordedTests.swift.

    python3 -m venv venv && venv/bin/pip install pandas tzdata
    PYTHONTZPATH= venv/bin/python Tests/SeriesTimeTests/record.py

PYTHONTZPATH= makes zoneinfo read the package tzdata, whose files are recorded too: the tests then do not depend on the
time zones of the machine that runs them.
"""

import base64
import datetime
import importlib.resources
import json
import pathlib
import random
import warnings
import zoneinfo

import pandas

warnings.simplefilter("ignore")
HERE = pathlib.Path(__file__).parent / "Recorded"
UTC = datetime.timezone.utc
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=UTC)
ZONES = """Africa/Abidjan Africa/Cairo Africa/Casablanca Africa/Johannesburg Africa/Lagos Africa/Nairobi
America/Anchorage America/Argentina/Buenos_Aires America/Asuncion America/Bogota America/Caracas America/Chicago
America/Denver America/Halifax America/Havana America/Los_Angeles America/Mexico_City America/New_York America/Nuuk
America/Phoenix America/Santiago America/Sao_Paulo America/St_Johns Antarctica/Troll Asia/Amman Asia/Baghdad
Asia/Beirut Asia/Dhaka Asia/Dubai Asia/Gaza Asia/Hong_Kong Asia/Jerusalem Asia/Karachi Asia/Kathmandu Asia/Kolkata
Asia/Pyongyang Asia/Shanghai Asia/Singapore Asia/Tehran Asia/Tokyo Atlantic/Azores Australia/Adelaide
Australia/Lord_Howe Australia/Sydney Europe/Berlin Europe/Dublin Europe/Istanbul Europe/Lisbon Europe/London
Europe/Moscow Pacific/Apia Pacific/Auckland Pacific/Chatham Pacific/Honolulu Pacific/Kiritimati UTC""".split()
FREQUENCIES = """ms 250ms s 30s min 5min 15min 30min h 2h 7h D 2D B 3B W-SUN W-MON 2W-WED W-SAT MS 2MS ME 5ME QS-JAN
QS-FEB QS-MAR 3QS-JAN QE-DEC QE-OCT QE-NOV 2QE-DEC YS-JAN YS-APR 4YS-JAN YE-DEC YE-MAR 3YE-JUN""".split()
STARTS = "1900-01-01 1999-12-27T06:30 2000-02-28 2023-12-31T23:45 2024-02-29T12:00 2096-01-30".split()


def seconds(moment):
    return int(moment.timestamp()) if moment.tzinfo else int((moment.replace(tzinfo=UTC) - EPOCH).total_seconds())


def changes(zone, first=1900, last=2100):
    """Times at most half a day after the offset of a zone changes."""
    found, offset = [], None
    moment, end = datetime.datetime(first, 1, 1, tzinfo=UTC), datetime.datetime(last, 1, 1, tzinfo=UTC)
    while moment < end:
        now = moment.astimezone(zone).utcoffset()
        if offset is not None and now != offset:
            found.append(moment)
        offset = now
        moment += datetime.timedelta(hours=12)
    return found


def zones():
    """Offsets of each zone at times of UTC, and of the clock: [time, offset, offset of the second showing]."""
    chance = random.Random(17)
    recorded = []
    for name in ZONES:
        zone = zoneinfo.ZoneInfo(name)
        times = [datetime.datetime(y, 1 + chance.randrange(12), 1 + chance.randrange(28), chance.randrange(24),
                                   tzinfo=UTC) for y in range(1900, 2101, 25)]
        moments = changes(zone)
        for moment in chance.sample(moments, min(8, len(moments))):
            times += [moment - datetime.timedelta(minutes=30 * chance.randrange(48)) for _ in range(2)]
        utc, local = [], []
        for moment in times:
            moment = moment.astimezone(UTC)
            utc += [seconds(moment), int(moment.astimezone(zone).utcoffset().total_seconds())]
            clock = moment.astimezone(zone).replace(tzinfo=None)
            offsets = [clock.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1)]
            local += [seconds(clock)] + [int(offset.total_seconds()) for offset in offsets]
        data = importlib.resources.files("tzdata").joinpath("zoneinfo", name).read_bytes()
        recorded.append({"name": name, "file": base64.b64encode(data).decode(), "utc": utc, "local": local})
    return recorded


def milliseconds(index):
    if index.tz is not None:
        index = index.tz_convert("UTC").tz_localize(None)
    return [int(value) for value in index.as_unit("ms").asi8]


def axis(frequency, start, count, zone=None):
    """The times of a range, in milliseconds. Where the calendar decides, zoneinfo says when the clock of a zone shows
    them, as pandas refuses those that it skips or shows twice."""
    if not zone:
        return milliseconds(pandas.date_range(start, periods=count, freq=frequency))
    zone = zoneinfo.ZoneInfo(zone)
    if is_absolute(frequency):
        first = pandas.Timestamp(start.replace(tzinfo=zone))
        return milliseconds(pandas.date_range(first, periods=count, freq=frequency))
    index = pandas.date_range(start, periods=count, freq=frequency)
    times = [seconds(stamp.to_pydatetime().replace(tzinfo=zone)) * 1000 for stamp in index]
    try:
        assert times == milliseconds(pandas.date_range(start, periods=count, freq=frequency, tz=zone)), (start, zone)
    except ValueError:
        pass
    return times


def is_absolute(frequency):
    return frequency.lstrip("0123456789") in ("ms", "s", "min", "h")


def compact(frequency, start, count, zone=None):
    """One case in seconds (or milliseconds, where the frequency has them): first time, then the distances from each
    time to the next, those that repeat written once: [distance, times, distance, times...]."""
    unit = 1 if frequency.endswith("ms") else 1000
    times = [time // unit for time in axis(frequency, start, count, zone)]
    runs = []
    for before, after in zip(times, times[1:]):
        if runs and runs[-2] == after - before:
            runs[-1] += 1
        else:
            runs += [after - before, 1]
    case = {"frequency": frequency, "first": times[0], "runs": runs}
    return case | {"zone": zone} if zone else case


def ranges():
    cases = [compact(frequency, start, 20) for frequency in FREQUENCIES for start in STARTS]
    chance = random.Random(4)
    for zone in ZONES:
        moments = changes(zoneinfo.ZoneInfo(zone), 1971, 2090) or [EPOCH]
        for frequency in ["15min", "h", "D", "B", "W-SUN", "MS", "ME", "QS-JAN", "YE-DEC"]:
            moment = chance.choice(moments) - datetime.timedelta(hours=24 + chance.randrange(48))
            start = moment.replace(tzinfo=None, minute=0) + datetime.timedelta(minutes=30)
            count = {"15min": 250, "h": 100, "D": 10, "B": 10}.get(frequency, 8)
            start = pandas.date_range(start, periods=1, freq=frequency)[0].to_pydatetime()
            # What the clock never shows is not a start.
            local = start.replace(tzinfo=zoneinfo.ZoneInfo(zone))
            if local.astimezone(UTC).astimezone(local.tzinfo).replace(tzinfo=None) == start:
                cases.append(compact(frequency, start, count, zone))
    return cases


def centuries():
    """Every time from 1900 to 2100, as [frequency, first second, count, checksum]."""
    cases = []
    for frequency in FREQUENCIES:
        if is_absolute(frequency) and frequency not in ("h", "7h"):
            continue
        index = pandas.date_range("1900-01-01", "2100-12-31", freq=frequency)
        total = 0
        for time in milliseconds(index):
            total = (total * 31 + time // 1000) % (2**31 - 1)
        cases.append([frequency, milliseconds(index)[0] // 1000, len(index), total])
    return cases


def inferences():
    """What pandas infers of its own ranges, of parts of them, and of times that have no frequency."""
    cases = []
    for frequency in FREQUENCIES:
        for start in STARTS:
            for count in (3, 5, 40):
                index = pandas.date_range(start, periods=count, freq=frequency)
                cases.append([frequency, milliseconds(index)[0], count, pandas.infer_freq(index)])
    return cases


def resamplings():
    """The step of each time, counted from the first label."""
    chance = random.Random(9)
    cases = []
    frequencies = "5min 15min h 2h 7h D 2D B W-SUN W-WED MS ME QS-JAN QS-FEB QE-DEC QE-OCT YS-JAN YE-DEC YE-MAR"
    for frequency in frequencies.split():
        span = 40 * 86400 if frequency.endswith(("min", "h")) else 1500 * 86400
        times = sorted(1709164800 - 86400 + chance.randrange(span) for _ in range(20))
        series = pandas.Series(range(20), index=pandas.to_datetime(times, unit="s"))
        bins = series.resample(frequency)
        labels = list(bins.count().index)
        steps = [0] * 20
        for label, rows in bins.indices.items():
            for row in rows:
                steps[row] = labels.index(label)
        cases.append({"frequency": frequency, "times": times, "first": seconds(labels[0].to_pydatetime()),
                      "steps": steps})
    return cases


def features():
    """[seconds, hour, weekday, day, days of the month, day of the year, week of ISO 8601, month, quarter]"""
    chance = random.Random(3)
    rows = []
    for _ in range(300):
        stamp = pandas.Timestamp(chance.randrange(-2208988800, 4102444800), unit="s")
        rows.append([int(stamp.timestamp()), stamp.hour, stamp.dayofweek, stamp.day, stamp.days_in_month,
                     stamp.dayofyear, stamp.isocalendar().week, stamp.month, stamp.quarter])
    return rows


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    recordings = {"zones": zones(), "ranges": ranges(), "centuries": centuries(),
                  "inferences": inferences(), "resamplings": resamplings(), "features": features()}
    for name, cases in recordings.items():
        text = "[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]\n"
        (HERE / f"{name}.json").write_text(text)
        print(name, len(cases), len(text))
