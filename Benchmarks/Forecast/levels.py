"""Forecasts far ahead of series whose level stays, and of lines and curves: do they stay, and do they follow?

    python3 Benchmarks/Forecast/levels.py [--url http://127.0.0.1:8080] [--seeds 20]

Counts max(0, ⌊50 + 40 sin(2πi/7) + 80 u⌋), 730 of them, horizon 350: the least and the greatest mean of a week, and the
least mean of a step; white noise about 100, horizon 300: the farthest mean; a line, an exponential and a saturating
curve with noise: the error at the end beside the noise.
"""
import argparse, math, os, random, sys

sys.path.append(os.path.join(os.path.dirname(__file__), "..", "Learning"))
from client import predict, train

parser = argparse.ArgumentParser()
parser.add_argument("--url", default="http://127.0.0.1:8080")
parser.add_argument("--seeds", type=int, default=20)
options = parser.parse_args()


def forecast(values, horizon, seed):
    job, _ = train(
        options.url,
        {
            "model": "levels", "sequences": [values], "forecast": {"horizon": horizon},
            "training": {"seed": seed},
        },
    )
    return predict(options.url, f"levels@{job['result']['version']}", [values], horizon=horizon)[0]


weeks, steps, inside, count = [], [], 0, 0
for seed in range(1, options.seeds + 1):
    draw = random.Random(seed)
    season = [50 + 40 * math.sin(2 * math.pi * i / 7) for i in range(7)]
    values = [max(0, math.floor(season[i % 7] + 80 * (draw.random() - 0.5))) for i in range(1080)]
    answer = forecast(values[:730], 350, seed)
    means = [sum(answer["mean"][7 * week : 7 * week + 7]) / 7 for week in range(50)]
    weeks.append((min(means), max(means)))
    steps.append(min(answer["mean"]))
    low, high = answer["quantiles"]["0.1"], answer["quantiles"]["0.9"]
    inside += sum(a <= b <= c for a, b, c in zip(low, values[730:], high))
    count += 350
    print(f"seed {seed}: weeks {min(means):.1f} to {max(means):.1f}, least {min(answer['mean']):.1f}", flush=True)
print(
    f"all: {min(low for low, _ in weeks):.1f} to {max(high for _, high in weeks):.1f}, least {min(steps):.1f}, "
    f"80 % interval holds {inside / count:.3f}"
)
for seed in range(1, 4):
    draw = random.Random(100 + seed)
    noise = [100 + 10 * draw.gauss(0, 1) for _ in range(600)]
    far = max(abs(value - 100) for value in forecast(noise, 300, seed)["mean"])
    print(f"white noise of deviation 10 about 100, seed {seed}: farthest mean {far:.2f}", flush=True)
CURVES = {
    "line": (lambda i: 10 + 2 * i, 5.0),
    "exponential": (lambda i: 50 * math.exp(0.02 * i), 5.0),
    "saturating": (lambda i: 100 * (1 - math.exp(-i / 30)), 2.0),
}
for name, (curve, deviation) in CURVES.items():
    draw = random.Random(7)
    values = [curve(i) + deviation * draw.gauss(0, 1) for i in range(120)]
    answer = forecast(values, 24, 1)
    print(f"{name}: at the end {answer['mean'][-1]:.1f}, true {curve(143):.1f}, noise {deviation}", flush=True)
for values in ([5, 5, 6], [10, 12, 11]):
    answer = forecast(values, 3, 1)
    low, high = answer["quantiles"]["0.1"], answer["quantiles"]["0.9"]
    ends = [(round(a, 1), round(b, 1)) for a, b in zip(low, high)]
    print(values, "mean", [round(value, 1) for value in answer["mean"]], "80 %", ends)
