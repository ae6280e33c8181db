"""Forecasts of series that have no history, on public data against a running server.

    python3 Benchmarks/Forecast/cold_start.py --data ../shared/data/forecast [--url http://127.0.0.1:8080] [--seeds 3]

Monthly volumes of 350 pairs of agency and product (stallion). One pair in seven is held out whole; a model learns from
the others, with prices known ahead and agency and product as static categories, and forecasts the first six months of
the pairs that it never saw. Prints the mean absolute error beside that of two forecasts that need no model: the mean of
all pairs, and the mean of those with the same product.
"""
import argparse, csv, io, os, sys, zipfile

sys.path.append(os.path.join(os.path.dirname(__file__), "..", "Learning"))
from client import call, train

parser = argparse.ArgumentParser()
parser.add_argument("--data", required=True)
parser.add_argument("--url", default="http://127.0.0.1:8080")
parser.add_argument("--seeds", type=int, default=3)
parser.add_argument("--horizon", type=int, default=6)
options = parser.parse_args()

with zipfile.ZipFile(os.path.join(options.data, "stallion", "Stallion.csv.zip")) as archive:
    text = archive.read(archive.namelist()[0]).decode()
pairs = {}
for row in csv.DictReader(io.StringIO(text)):
    one = pairs.setdefault(
        (row["agency"], row["sku"]),
        {
            "id": f"{row['agency']}/{row['sku']}",
            "start": row["date"],
            "target": [],
            "future": {"price": [], "discount": []},
            "static": {"agency": row["agency"], "sku": row["sku"]},
        },
    )
    one["target"].append(float(row["volume"]))
    one["future"]["price"].append(float(row["price_regular"]))
    one["future"]["discount"].append(float(row["discount_in_percent"]))
names = sorted(pairs)
held = [name for index, name in enumerate(names) if index % 7 == 3]
known = [name for name in names if name not in held]
horizon = options.horizon


def error(forecasts):
    total = count = 0
    for name in held:
        for step in range(horizon):
            total += abs(forecasts[name][step] - pairs[name]["target"][step])
            count += 1
    return total / count


def mean(of, step):
    values = [pairs[name]["target"][step] for name in of]
    return sum(values) / len(values)


everyone = {name: [mean(known, step) for step in range(horizon)] for name in held}
alike = {}
for name in held:
    same = [other for other in known if other[1] == name[1]] or known
    alike[name] = [mean(same, step) for step in range(horizon)]
print(f"{len(known)} pairs to learn from, {len(held)} without history")
print(f"  mean of all pairs {error(everyone):.4g}, of those with the product {error(alike):.4g}", flush=True)
for seed in range(1, options.seeds + 1):
    job, _ = train(
        options.url,
        {
            "model": "cold",
            "task": "forecast",
            "sequences": [pairs[name] for name in known],
            "forecast": {"horizon": horizon, "frequency": "MS"},
            "training": {"seed": seed},
        },
    )
    asked = []
    for name in held:
        one = dict(pairs[name], target=[])
        one["future"] = {key: values[:horizon] for key, values in one["future"].items()}
        asked.append(one)
    answer = call(
        options.url,
        "/predict",
        {"model": f"cold@{job['version']}", "sequences": asked, "horizon": horizon, "quantiles": [0.5]},
    )
    found = {name: one["quantiles"]["0.5"] for name, one in zip(held, answer["predictions"])}
    print(f"  model, seed {seed}: {error(found):.4g}", flush=True)
