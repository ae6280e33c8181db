"""Alarms of faults that are put into a series, and the rate of false alarms that was asked for and got.

    python3 Benchmarks/Forecast/anomalies.py [--data ../shared/data] [--url http://127.0.0.1:8080] [--seeds 3]
        [--sets oil,loads,demand,noise,heavy,counts] [--seconds 120] [--rates 0.05,0.01,0.001]

Sets: `oil` and `loads`, a channel each of ETTh1 (hourly; `ett/ETTh1.csv`); `demand`, half-hourly electricity of
Victoria by the hour (`forecast/vic_elec`); `noise`, `heavy` and `counts`, generated with a season of 24: normal noise,
Student's t of 3 degrees, and negative binomial counts. Each is learned from its first 4,000 values; the next 8,000 are
scored, with scale and smoothing from the learned part (`warm_up`).

Prints for each rate the share of sound values beyond the threshold. Then faults come into the scored part, one in 200
steps, of a size in standard deviations of the one-step errors of the sound series: a spike (1 step), a shift of
the level that stays for 48 steps, a dropout (6 steps of the lowest value learned) and a frozen sensor (24 steps of the
value before). Prints how many were told within the fault, after how many steps, and how many alarms lie elsewhere;
the steps behind a fault, up to its length and 24 more, count as neither.
"""
import argparse, csv, json, math, os, random, statistics, sys

sys.path.append(os.path.join(os.path.dirname(__file__), "..", "Learning"))
from client import call, timed

parser = argparse.ArgumentParser()
parser.add_argument("--data", default="../shared/data")
parser.add_argument("--url", default="http://127.0.0.1:8080")
parser.add_argument("--sets", default="oil,loads,demand,noise,heavy,counts")
parser.add_argument("--rates", default="0.05,0.01,0.001")
parser.add_argument("--seeds", type=int, default=1)
parser.add_argument("--seconds", type=float, default=120)
parser.add_argument("--epochs", type=int)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--learned", type=int, default=4000)
parser.add_argument("--scored", type=int, default=8000)
options = parser.parse_args()
RATES = [float(rate) for rate in options.rates.split(",")]
COUNT = options.learned + options.scored


def column(path, name):
    with open(os.path.join(options.data, path), newline="") as file:
        return [float(row[name]) for row in csv.DictReader(file)]


def student(draw, freedom):
    return draw.gauss(0, 1) / math.sqrt(draw.gammavariate(freedom / 2, 2) / freedom)


def counts(draw):
    season = [5 + 4 * math.sin(2 * math.pi * i / 24) for i in range(24)]
    values = []
    for t in range(COUNT):
        mean = draw.gammavariate(5, season[t % 24] / 5)
        limit, count, product = math.exp(-mean), 0, draw.random()
        while product > limit:
            count, product = count + 1, product * draw.random()
        values.append(float(count))
    return values


def seasonal(noise):
    level, values = 0.0, []
    for t in range(COUNT):
        level = 0.7 * level + noise()
        values.append(100 + 10 * math.sin(2 * math.pi * t / 24) + level)
    return values


def series(name, draw):
    if name == "oil":
        return column("ett/ETTh1.csv", "OT")[:COUNT]
    if name == "loads":
        return column("ett/ETTh1.csv", "HUFL")[:COUNT]
    if name == "demand":
        return column("forecast/vic_elec/vic_electricity.csv", "Demand")[::2][:COUNT]
    if name == "noise":
        return seasonal(lambda: draw.gauss(0, 1))
    if name == "heavy":
        return seasonal(lambda: student(draw, 3))
    return counts(draw)


def score(model, values, rate):
    return call(
        options.url, "/predict",
        {"model": model, "sequence": values, "score": True, "warm_up": options.learned, "false_alarm_rate": rate},
    )["predictions"][0]


KINDS = {"spike": 1, "shift": 48, "dropout": 6, "frozen": 24}
APART, QUIET = 200, 24


def faulty(values, deviation, size, low, kind, draw):
    """The values with faults of a kind; where each begins."""
    values, starts, length = list(values), [], KINDS[kind]
    for at in range(options.learned + 50, COUNT - APART, APART):
        at += draw.randrange(50)
        sign = draw.choice([-1, 1])
        for t in range(at, at + length):
            if kind == "dropout":
                values[t] = low
            elif kind == "frozen":
                values[t] = values[at - 1]
            else:
                values[t] += sign * size * deviation
            if name == "counts":
                values[t] = max(0, round(values[t]))
        starts.append(at)
    return values, starts


def found(anomaly, starts, length):
    """Faults told, steps until then, false alarms and the sound steps among which they are."""
    delays, aside = [], set()
    for at in starts:
        inside = [t - at for t in range(at, at + length) if anomaly[t]]
        delays += inside[:1]
        aside.update(range(at, at + length + QUIET))
    sound = [t for t in range(options.learned, COUNT) if t not in aside and anomaly[t] is not None]
    return delays, sum(anomaly[t] for t in sound), len(sound)


for name in options.sets.split(","):
    for seed in range(options.seed, options.seed + options.seeds):
        draw = random.Random(seed)
        values = series(name, draw)
        options.seed = seed
        job, _, seconds = timed(
            options,
            {
                "model": "watch_" + name, "sequences": [values[: options.learned]],
                "forecast": {"horizon": 24} | ({"distribution": "negative_binomial"} if name == "counts" else {}),
            },
        )
        model = f"watch_{name}@{job['result']['version']}"
        sound = score(model, values, 0.001)
        distribution = job["settings"]["forecast"]["distribution"]
        print(
            f"{name}, seed {seed}, {distribution}, {seconds:.0f} s: mean log-likelihood "
            f"{sound['mean_log_likelihood']:.3f}, threshold by {sound['threshold_values']} values", flush=True)
        for rate in RATES:
            answer = score(model, values, rate)
            got, nominal = answer["anomalies"] / answer["scored"], sum(
                s is not None and s > -math.log(rate) for s in answer["surprise"]) / answer["scored"]
            print(f"  asked {rate}: got {got:.5f} ({answer['anomalies']} of {answer['scored']}); "
                  f"nominal threshold {nominal:.5f}", flush=True)
        errors = [
            value - expected for value, expected in zip(values, sound["expected"]) if expected is not None
        ]
        middle = sorted(abs(error) for error in errors)[len(errors) // 2] / 0.6745
        low = min(values[: options.learned])
        for kind, length in KINDS.items():
            for size in [4, 8] if kind in ("spike", "shift") else [None]:
                broken, starts = faulty(values, middle, size, low, kind, random.Random(seed))
                delays, false, steps = found(score(model, broken, 0.001)["anomaly"], starts, length)
                delay = f"{statistics.mean(delays):.1f} steps" if delays else "never"
                print(f"  {kind}{f' of {size} deviations' if size else ''}: {len(delays)} of {len(starts)} told, "
                      f"after {delay}; false alarms {false} of {steps} ({false / steps:.5f})", flush=True)
