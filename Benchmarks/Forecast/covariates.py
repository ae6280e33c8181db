"""What times and covariates are worth, on public data against a running server.

    python3 Benchmarks/Forecast/covariates.py --data ../shared/data/forecast [--url http://127.0.0.1:8080] \
        [--sets vic_elec,prices,bikes] [--seeds 3] [--seconds 300] [--variants values,times,covariates]

Each set is learned from its beginning and forecast from many origins in the rest, horizon by horizon, by models that
know the values alone, their times too, and the covariates of the steps to come as well. Prints the mean absolute error
of each beside that of the best seasonal naive forecast (a day or a week ago), and what remains of the error when a
covariate is missing at prediction.
"""
import argparse, csv, json, os, sys, time

sys.path.append(os.path.join(os.path.dirname(__file__), "..", "Learning"))
from client import call, train

parser = argparse.ArgumentParser()
parser.add_argument("--data", required=True)
parser.add_argument("--url", default="http://127.0.0.1:8080")
parser.add_argument("--sets", default="vic_elec,prices,bikes")
parser.add_argument("--variants", default="values,times,covariates")
parser.add_argument("--seeds", type=int, default=3)
parser.add_argument("--seconds", type=float, default=300)
parser.add_argument("--history", type=int, default=1500)
parser.add_argument("--forecast", type=json.loads, default={}, help="members of forecast, as JSON")
parser.add_argument("--training", type=json.loads, default={}, help="members of training, as JSON")
options = parser.parse_args()


def rows(path):
    with open(os.path.join(options.data, path), newline="") as file:
        return list(csv.DictReader(file))


class Set:
    """Series with times, values and covariates; the last `tested` steps are forecast."""

    def __init__(self, name, series, horizon, tested, seasons, forecast):
        self.name, self.series, self.horizon, self.tested = name, series, horizon, tested
        self.seasons, self.forecast = seasons, forecast


def vic_elec():
    table = rows("vic_elec/vic_electricity.csv")
    series = {
        "id": "vic",
        "times": [row["Time"] for row in table],
        "target": [float(row["Demand"]) for row in table],
        "future": {
            "temperature": [float(row["Temperature"]) for row in table],
            "holiday": [row["Holiday"] == "TRUE" for row in table],
        },
    }
    return Set("vic_elec", [series], 48, 60 * 48, (48, 336), {"frequency": "30min", "zone": "Australia/Melbourne"})


def prices():
    series = {}
    for row in rows("exogenous/electricity-short-with-ex-vars.csv"):
        one = series.setdefault(
            row["unique_id"],
            {"id": row["unique_id"], "times": [], "target": [], "future": {"load": [], "generation": []}},
        )
        one["times"].append(row["ds"])
        one["target"].append(float(row["y"]))
        one["future"]["load"].append(float(row["Exogenous1"]))
        one["future"]["generation"].append(float(row["Exogenous2"]))
    for name, one in series.items():
        one["static"] = {"market": name}
    return Set("prices", list(series.values()), 24, 14 * 24, (24, 168), {"frequency": "h"})


def bikes():
    table = rows("exogenous/bike_sharing_dataset_clean.csv")
    numbers = ("temp", "hum", "windspeed", "holiday", "workingday")
    series = {
        "id": "bikes",
        "times": [row["date_time"] for row in table],
        "target": [float(row["users"]) for row in table],
        "future": {name: [float(row[name]) for row in table] for name in numbers}
        | {"weather": [row["weather"] for row in table]},
    }
    return Set("bikes", [series], 24, 60 * 24, (24, 168), {"frequency": "h"})


def record(series, variant, first, end, horizon=0, without=()):
    """The steps from `first` to `end` as a client sends them, with covariates for `horizon` steps more."""
    values = series["target"][first:end]
    if variant == "values":
        return values
    result = {"id": series["id"], "start": series["times"][first], "target": values}
    if variant == "covariates":
        result["future"] = {
            name: [None if name in without else v for v in column[first : end + horizon]]
            for name, column in series["future"].items()
        }
        if "static" in series:
            result["static"] = series["static"]
    return result


def origins(data, series):
    """Where forecasts begin, one after the other."""
    total = len(series["target"])
    return range(total - data.tested, total - data.horizon + 1, data.horizon)


def naive(data):
    """The least mean absolute error of the seasonal naive forecasts, and its season."""
    errors = {}
    for season in data.seasons:
        total = count = 0
        for series in data.series:
            target = series["target"]
            for origin in origins(data, series):
                for step in range(data.horizon):
                    behind = origin + step - season * (1 + step // season)
                    total += abs(target[origin + step] - target[behind])
                    count += 1
        errors[season] = total / count
    best = min(errors, key=errors.get)
    return errors[best], best


def error(data, variant, model, without=()):
    """The mean absolute error of the medians of a model over all origins."""
    asked, truth = [], []
    for series in data.series:
        for origin in origins(data, series):
            first = max(0, origin - options.history)
            asked.append(record(series, variant, first, origin, data.horizon, without))
            truth.append(series["target"][origin : origin + data.horizon])
    total = count = 0
    for start in range(0, len(asked), 20):
        answer = call(
            options.url,
            "/predict",
            {"model": model, "sequences": asked[start : start + 20], "horizon": data.horizon, "quantiles": [0.5]},
        )
        for forecast, real in zip(answer["predictions"], truth[start : start + 20]):
            for a, b in zip(forecast["quantiles"]["0.5"], real):
                total += abs(a - b)
                count += 1
    return total / count


def learn(data, variant, seed):
    cut = data.tested
    request = {
        "model": f"{data.name}-{variant}",
        "task": "forecast",
        "sequences": [record(s, variant, 0, len(s["target"]) - cut) for s in data.series],
        "forecast": {"horizon": data.horizon} | ({} if variant == "values" else data.forecast)
        | options.forecast,
        "training": {"seed": seed, "max_seconds": options.seconds} | options.training,
    }
    began = time.time()
    job, _ = train(options.url, request)
    return f"{request['model']}@{job['version']}", time.time() - began, job


for name in options.sets.split(","):
    data = {"vic_elec": vic_elec, "prices": prices, "bikes": bikes}[name]()
    best, season = naive(data)
    print(f"{name}: seasonal naive ({season} steps) {best:.4g}", flush=True)
    for variant in options.variants.split(","):
        found, blind, seconds = [], [], 0
        for seed in range(1, options.seeds + 1):
            model, took, job = learn(data, variant, seed)
            seconds += took / options.seeds
            if seed == 1:
                for note in job.get("notes", []) or job.get("plan", {}).get("notes", []):
                    print(f"    {note}")
            found.append(error(data, variant, model))
            if variant == "covariates":
                first = next(iter(data.series[0]["future"]))
                blind.append(error(data, variant, model, without=(first,)))
        mean = sum(found) / len(found)
        line = f"  {variant:<11} {mean:.4g} ({', '.join(f'{e:.4g}' for e in found)}), {mean / best:.3f} of naive"
        if blind:
            line += f"; {sum(blind) / len(blind):.4g} without {first}"
        print(f"{line}; {seconds:.0f} s a training", flush=True)
