"""How long a forecast takes, and how large its model is, by the way it is decoded.

    python3 Benchmarks/Forecast/latency.py [--url http://127.0.0.1:8080] [--rounds 5]

A model of 100 monthly series for each of direct and recursive; then, alternating, requests of one series and of all
100, 12 and 48 steps ahead. Prints the median milliseconds of a request, and the bytes of the weights.
"""
import argparse, math, os, statistics, sys, time, urllib.request

sys.path.append(os.path.join(os.path.dirname(__file__), "..", "Learning"))
from client import predict, train

parser = argparse.ArgumentParser()
parser.add_argument("--url", default="http://127.0.0.1:8080")
parser.add_argument("--rounds", type=int, default=5)
parser.add_argument("--decodings", default="direct,recursive", help="or none, of a server that has no choice")
options = parser.parse_args()

SERIES = [
    [100 + 3 * k + t / 2 + 20 * math.sin(math.pi * t / 6) + 5 * math.sin(k + t * t) for t in range(120)]
    for k in range(100)
]
KINDS = options.decodings.split(",")
for kind in KINDS:
    forecast = {"horizon": 48, "seasonality": 12} | ({} if kind == "none" else {"decoding": kind})
    request = {"model": "latency-" + kind, "sequences": SERIES, "forecast": forecast, "training": {"epochs": 3}}
    train(options.url, request)
    with urllib.request.urlopen(f"{options.url}/models/latency-{kind}/versions/1/weights") as answer:
        print(f"{kind}: {len(answer.read())} bytes of weights")

found = {}
for _ in range(options.rounds):
    for count, repeats in (1, 40), (100, 3):
        for horizon in 12, 48:
            for kind in KINDS:
                for _ in range(repeats):
                    begun = time.perf_counter()
                    predict(options.url, "latency-" + kind, SERIES[:count], horizon=horizon)
                    milliseconds = 1000 * (time.perf_counter() - begun)
                    found.setdefault((count, horizon, kind), []).append(milliseconds)
for (count, horizon, kind), times in found.items():
    print(f"{count} series, {horizon} steps, {kind}: {statistics.median(times):.2f} ms (best {min(times):.2f})")
