#!/usr/bin/env python3
"""The memory that ?validate_only=true predicts beside what the server takes, for five different jobs.

  swift build -c release --product rondo && Benchmarks/Memory/compare.py [--binary PATH]

Each job runs in a server of its own. Measured is the highest resident size (VmHWM) of the process while the job runs,
less what the idle server has after its start; the request's text, which both have in memory while they read it, counts
with the job."""
import argparse, json, math, os, random

from server import Server

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--binary", default=os.path.join(os.path.dirname(__file__), "../../.build/release/rondo"))
parser.add_argument("--only", default="")
options = parser.parse_args()
draw = random.Random(1)


def words(length, vocabulary):
    names = ["".join(draw.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(3 + i % 6)) for i in range(vocabulary)]
    return " ".join(draw.choice(names) for _ in range(length))


def series(count, steps):
    return [[round(math.sin(t / 7 + s) * 10 + draw.gauss(0, 1), 2) for t in range(steps)] for s in range(count)]


JOBS = {
    "text, 1 MB of characters, 2 x 128": {
        "text": words(160_000, 500), "network": {"layers": 2, "hidden": 128},
        "training": {"epochs": 1, "batch_size": 64, "window": 100}},
    "text, words, 5000 of them, 1 x 128": {
        "text": words(60_000, 5_000), "tokens": "words", "network": {"layers": 1, "hidden": 128},
        "training": {"epochs": 1, "batch_size": 20, "window": 35}},
    "forecast, 200 series, 2 x 96": {
        "sequences": series(200, 400), "forecast": {"horizon": 24}, "network": {"layers": 2, "hidden": 96},
        "training": {"epochs": 2, "batch_size": 64, "window": 168}},
    "classification, 2000 series, bidirectional gru": {
        "sequences": [{"input": s, "target": "ab"[i % 2]} for i, s in enumerate(series(2000, 120))],
        "network": {"cell": "gru", "hidden": 64, "bidirectional": True}, "training": {"epochs": 1, "batch_size": 64}},
    "text, small data, wide: 1 x 1024": {
        "text": words(8_000, 300), "network": {"layers": 1, "hidden": 1024},
        "training": {"epochs": 1, "batch_size": 16, "window": 64}},
}


def run(name, body):
    data = json.dumps({"model": "memory", **body}).encode()
    with Server(options.binary) as server:
        server.finish(server.call("/train", data), 0.2)
        measured, idle = server.peak_bytes(), server.idle_bytes
        estimated = server.call("/train?validate_only=true", data)["estimated_memory_bytes"]
    print(
        f"{name:48} {len(data) / 1e6:8.1f} {estimated / 1e6:10.1f} {measured / 1e6:10.1f} "
        f"{estimated / measured:6.2f}   {idle / 1e6:.1f}",
        flush=True,
    )


print(f"{'job':48} {'body MB':>8} {'estimate':>10} {'measured':>10} {'ratio':>6}   idle server (MB)")
for name, body in JOBS.items():
    if options.only in name:
        run(name, body)
