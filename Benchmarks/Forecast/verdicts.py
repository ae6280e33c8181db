"""Whether verdicts hold: what a training claims of its model beside the truth on values that it never saw.

    python3 Benchmarks/Forecast/verdicts.py --data ../shared/data/forecast [--url http://127.0.0.1:8080] \
        [--sets m1_monthly,tourism_quarterly] [--single 7] [--seeds 1] [--seconds 300]

Global: one request for all series of a set. `--single N`: one request for each N-th series instead. Prints for each
training the claimed skill with its error and the true one against the same simple method, claimed and true coverage of
the 80 and 90 % intervals, MASE and seconds; then the share of claims whose sign is right.
"""
import argparse, csv, json, os, sys, time

sys.path.append(os.path.join(os.path.dirname(__file__), "..", "Learning"))
from client import predict, train

parser = argparse.ArgumentParser()
parser.add_argument("--data", required=True)
parser.add_argument("--url", default="http://127.0.0.1:8080")
parser.add_argument(
    "--sets",
    default="m1_yearly,m1_quarterly,m1_monthly,tourism_yearly,tourism_quarterly,tourism_monthly,nn5,carparts",
)
parser.add_argument("--single", type=int, default=0)
parser.add_argument("--seeds", type=int, default=1)
parser.add_argument("--seconds", type=float, default=300)
parser.add_argument("--forecast", type=json.loads, default={}, help="members of forecast, as JSON")
parser.add_argument("--training", type=json.loads, default={}, help="members of training, as JSON")
parser.add_argument("--times", action="store_true", help="tell the frequency")
parser.add_argument("--series", action="store_true", help="a line for each series of --single")
options = parser.parse_args()

FREQUENCIES = {"yearly": ("YS", 1), "quarterly": ("QS", 4), "monthly": ("MS", 12)}


def number(text):
    return float(text) if text.strip() else None


def ragged(name, period):
    def lines(part):
        with open(os.path.join(options.data, name, f"{name}_{period}_{part}.csv"), newline="") as file:
            return list(csv.reader(file))[1:]

    tests = {row[0]: [float(value) for value in row[1:]] for row in lines("test")}
    series = []
    for row in lines("train"):
        history = [number(value) for value in row[3:]]
        # Some have no year of their own.
        year = max(float(row[2]), 1900)
        month = round((year - int(year)) * 12) % 12 + 1
        series.append((row[0], f"{int(year)}-{month:02d}-01", history, tests[row[0]]))
    return series, FREQUENCIES[period][1], FREQUENCIES[period][0]


def load(name):
    if name == "nn5":
        with open(os.path.join(options.data, "nn5/nn5.csv"), newline="") as file:
            rows = [(row[0], [number(value) for value in row[1:]]) for row in csv.reader(file)]
        return [(id, "1996-03-18", values[:-56], values[-56:]) for id, values in rows], 7, "D"
    if name == "carparts":
        with open(os.path.join(options.data, "carparts/carparts.csv"), newline="") as file:
            rows = list(csv.reader(file))
        columns = [(id, [number(row[at]) for row in rows[1:]]) for at, id in enumerate(rows[0])]
        return [(id, "1998-01-01", values[:-12], values[-12:]) for id, values in columns], 12, "MS"
    return ragged(*name.split("_"))


def filled(values):
    last, result = next((value for value in values if value is not None), 0), []
    for value in values:
        last = last if value is None else value
        result.append(last)
    return result


def naive(values, steps, lag):
    values = filled(values)
    lag = min(lag, len(values))
    return [values[len(values) - lag + step % lag] for step in range(steps)]


def shape(values, season):
    """Factors (or distances) by phase, of the classical decomposition."""
    if season < 2 or len(values) < 2 * season:
        return None
    factor = all(value > 0 for value in values)
    half, found = season // 2, [[] for _ in range(season)]
    for at in range(half, len(values) - half):
        window = values[at - half : at + half + 1]
        level = sum(window) if season % 2 else sum(window) - (window[0] + window[-1]) / 2
        level /= season
        if factor and level <= 0:
            continue
        found[at % season].append(values[at] / level if factor else values[at] - level)
    if not all(found):
        return None
    means = [sum(group) / len(group) for group in found]
    middle = sum(means) / season
    return factor, [value / middle if factor else value - middle for value in means]


def levelled(values, factor, index):
    """Values without the factors or distances of their phases."""
    phases = [index[at % len(index)] for at in range(len(values))]
    return [value / phase if factor else value - phase for value, phase in zip(values, phases)]


def profile(values, steps, season):
    values = filled(values)[-6 * season :]
    found = shape(values, season)
    if not found:
        return naive(values, steps, season)
    factor, index = found
    rest = levelled(values, factor, index)
    level = sum(rest[-season:]) / season
    ahead = range(len(values), len(values) + steps)
    return [level * index[at % season] if factor else level + index[at % season] for at in ahead]


def theta(values, steps, season):
    values = filled(values)
    found = shape(values, season)
    factor, index = found or (True, [1.0])
    rest = levelled(values, factor, index)
    if len(rest) < 4:
        return naive(values, steps, 1)
    best = None
    for step in range(1, 51):
        smoothing, level, error = step / 50, rest[0], 0.0
        for value in rest[1:]:
            error += (value - level) ** 2
            level += smoothing * (value - level)
        if best is None or error < best[0]:
            best = (error, smoothing, level)
    _, smoothing, level = best
    middle, mean = (len(rest) - 1) / 2, sum(rest) / len(rest)
    slope = sum((at - middle) * (value - mean) for at, value in enumerate(rest))
    slope /= sum((at - middle) ** 2 for at in range(len(rest)))
    lag = (1 - (1 - smoothing) ** len(rest)) / smoothing
    ahead = [level + slope / 2 * (step + lag) for step in range(steps)]
    return [
        value * index[(len(rest) + step) % len(index)] if factor else value + index[(len(rest) + step) % len(index)]
        for step, value in enumerate(ahead)
    ]


def drift(values, steps, season):
    values = filled(values)
    found = shape(values, season)
    factor, index = found or (True, [1.0])
    rest = levelled(values, factor, index)
    slope = (rest[-1] - rest[0]) / max(1, len(rest) - 1)
    ahead = [(rest[-1] + slope * (step + 1), index[(len(rest) + step) % len(index)]) for step in range(steps)]
    return [level * phase if factor else level + phase for level, phase in ahead]


METHODS = {
    "drift": drift,
    "last_value": lambda values, steps, season: naive(values, steps, 1),
    "seasonal_naive": naive,
    "seasonal_profile": profile,
    "theta": theta,
    "zero": lambda values, steps, season: [0.0] * steps,
}


def unit(values, lag):
    changes = [abs(a - b) for a, b in zip(values[lag:], values) if a is not None and b is not None]
    mean = sum(changes) / len(changes) if changes else 0
    return unit(values, 1) if mean == 0 and lag > 1 else mean


def wql(truth, quantiles, at):
    return sum(
        2 * max(float(level) * (truth - values[at]), (float(level) - 1) * (truth - values[at]))
        for level, values in quantiles.items()
    ) / len(quantiles)


def measure(model, series, season, frequency, rival, horizon):
    """Truth on the test part: by series the MASE of the model and of all simple methods; coverage; wQL."""
    found, inside, wide, count, losses, sizes = [], 0, 0, 0, 0.0, 0.0
    levels = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95]
    for begin in range(0, len(series), 100):
        part = series[begin : begin + 100]
        data = [record(start, history) if options.times else history for _, start, history, _ in part]
        longest = max(len(one[3]) for one in part)
        answers = predict(options.url, model, data, horizon=longest, quantiles=levels)
        for (_, _, history, test), forecast in zip(part, answers):
            own = {"model": forecast["mean"]} | {
                name: method(history, len(test), season) for name, method in METHODS.items()
            }
            scale = unit(history, season if len(history) > season else 1)
            errors = {}
            for name, values in own.items():
                pairs = [(truth, value) for truth, value in zip(test, values) if truth is not None]
                if pairs and scale > 0:
                    errors[name] = sum(abs(truth - value) for truth, value in pairs) / len(pairs) / scale
            if errors:
                found.append(errors)
            quantiles = forecast.get("quantiles")
            for at, truth in enumerate(test):
                if truth is None or not quantiles:
                    continue
                inside += quantiles["0.1"][at] <= truth <= quantiles["0.9"][at]
                wide += quantiles["0.05"][at] <= truth <= quantiles["0.95"][at]
                nine = {level: values for level, values in quantiles.items() if "0.05" != level != "0.95"}
                losses += wql(truth, nine, at)
                sizes += abs(truth)
                count += 1
    mean = {name: sum(one[name] for one in found) / len(found) for name in found[0]} if found else {}
    return mean, inside / max(1, count), wide / max(1, count), losses / max(1e-12, sizes)


def record(start, values):
    return {"start": start, "target": values}


def one(name, series, season, frequency, seed):
    horizon = len(series[0][3])
    request = {
        "model": "verdicts",
        "task": "forecast",
        "sequences": [record(start, history) if options.times else history for _, start, history, _ in series],
        "forecast": {"horizon": horizon} | ({"frequency": frequency} if options.times else {}) | options.forecast,
        "training": {"seed": seed} | ({"max_seconds": options.seconds} if options.seconds else {}) | options.training,
    }
    begun = time.time()
    job, _ = train(options.url, request)
    seconds = time.time() - begun
    result = job["result"]
    leading = "mase" if "mase" in result["metrics"] else "mae"
    rivals = {name: values[leading] for name, values in result["baselines"].items() if leading in values}
    rival = min(rivals, key=rivals.get) if rivals else "last_value"
    model = f"verdicts@{result['version']}"
    mean, inside, wide, loss = measure(model, series, season, frequency, rival, horizon)
    truth = 1 - mean["model"] / mean[rival] if mean.get(rival) else None
    claim = result["verdict"].startswith(("better", "worse"))
    return {
        "name": name, "claimed": result["skill"], "error": result.get("skill_error"), "true": truth, "claim": claim,
        "coverage": result["metrics"].get("coverage_0.8"), "inside": inside, "wide": wide, "mase": mean, "wql": loss,
        "seconds": seconds, "verdict": result["verdict"], "rival": rival,
    }


def text(value, digits=3):
    return "-" if value is None else f"{value:.{digits}f}"


def show(found):
    mase = " ".join(f"{name} {value:.3f}" for name, value in found["mase"].items())
    print(
        f"{found['name']}: claimed {text(found['claimed'])} ± {text(found['error'])}, true {text(found['true'])} "
        f"against {found['rival']}; coverage claimed {text(found['coverage'])}, true {text(found['inside'])} (80 %) "
        f"{text(found['wide'])} (90 %); MASE {mase}; wQL {text(found['wql'])}; {found['seconds']:.1f} s\n"
        f"    {found['verdict']}",
        flush=True,
    )


def summary(found):
    claims = [one for one in found if one["claim"] and one["true"] is not None]
    right = sum((one["claimed"] > 0) == (one["true"] > 0) for one in claims)
    print(f"{len(claims)} of {len(found)} claim something, {right} of them rightly")
    if len(found) > 1:
        for name in found[0]["mase"]:
            values = [one["mase"][name] for one in found if name in one["mase"]]
            print(f"  MASE {name} {sum(values) / len(values):.3f}")
        covered = [one["coverage"] for one in found if one["coverage"] is not None]
        print(
            f"  coverage claimed {sum(covered) / max(1, len(covered)):.3f}, true "
            f"{sum(one['inside'] for one in found) / len(found):.3f} (80 %), "
            f"{sum(one['wide'] for one in found) / len(found):.3f} (90 %); "
            f"{sum(one['seconds'] for one in found) / len(found):.2f} s each"
        )


everything = []
for name in options.sets.split(","):
    series, season, frequency = load(name)
    for seed in range(1, options.seeds + 1):
        if not options.single:
            found = one(name, series, season, frequency, seed)
            show(found)
            everything.append(found)
            continue
        parts = []
        for single in series[:: options.single]:
            found = one(f"{name} {single[0]}", [single], season, frequency, seed)
            if options.series:
                show(found)
            parts.append(found)
        print(f"{name}, {len(parts)} single series, seed {seed}")
        summary(parts)
        everything += parts
print("all")
summary(everything)
