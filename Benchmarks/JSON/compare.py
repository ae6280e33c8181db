#!/usr/bin/env python3
"""Rondo's JSON beside orjson and simdjson, in turns, on the same bytes.

    python3 Benchmarks/JSON/compare.py [--binary .build/release/json-bench] [--rounds 5] [--numbers 400000]

Needs orjson; pysimdjson is measured too if it is there. Each round runs every peer once in a process of its own; what
counts is CPU time, the least of a round's repetitions; printed are medians over the rounds and of the rounds' ratios.

What each side makes, reading:
  rondo     the value that the service uses: arrays of numbers as flat arrays of doubles. Everything is checked
            (grammar, UTF-8, duplicate keys, depth, range).
  orjson    Python's lists, with an object for each number (small integers are shared).
  simdjson  its own document of 64-bit words; the numbers are not copied out of it.
Writing: the value that was read becomes a text in memory. Each writes its own shortest decimals, which differ in form
(1e-05 and 1e-5), so writing is compared by time for the same numbers. Both are checked to read back as these.
"""
import argparse
import json
import os
import random
import statistics
import struct
import subprocess
import sys
import tempfile
import time


def bodies(count, folder):
    """Bodies of POST /train, twenty sequences each; the same at each call."""
    draw = random.Random(1)
    numbers = {
        "integers": lambda: str(draw.randrange(1000)),
        "long_integers": lambda: str(draw.randrange(-(10**9), 10**15)),
        "short_decimals": lambda: "%.3f" % draw.uniform(-1000, 1000),
        "floats": lambda: repr(struct.unpack("f", struct.pack("f", draw.gauss(0, 100)))[0]),
        "doubles": lambda: repr(draw.gauss(0, 1)),
        "any_doubles": lambda: any_double(draw),
        "spaced_doubles": lambda: repr(draw.gauss(0, 1)),
    }
    for name, number in numbers.items():
        separator = ", " if name == "spaced_doubles" else ","
        rows = ["[" + separator.join(number() for _ in range(count // 20)) + "]" for _ in range(20)]
        text = '{"model":"m","task":"forecast","sequences":[' + separator.join(rows) + "]}"
        with open(os.path.join(folder, name), "w") as file:
            file.write(text)
    return [os.path.join(folder, name) for name in numbers]


def any_double(draw):
    while True:
        value = struct.unpack("d", struct.pack("Q", draw.getrandbits(64)))[0]
        if value - value == 0:
            return repr(value)


def line(workload, peer, metric, size, seconds):
    print(json.dumps({"workload": workload, "peer": peer, "metric": metric, "bytes": size, "seconds": seconds}))


def least(budget, body):
    found, start = [], time.process_time()
    while len(found) < 7 or time.process_time() - start < budget:
        before = time.process_time()
        result = body()
        found.append(time.process_time() - before)
        del result
    return min(found)


def measure(peer, budget, paths):
    """One round of a peer, in this process."""
    for path in paths:
        name = os.path.basename(path)
        with open(path, "rb") as file:
            text = file.read()
        if peer == "orjson":
            import orjson

            line(name, peer, "json_parse", len(text), least(budget, lambda: orjson.loads(text)))
            value = orjson.loads(text)
            size = len(orjson.dumps(value))
            line(name, peer, "json_write", size, least(budget, lambda: orjson.dumps(value)))
        else:
            import simdjson

            parser = simdjson.Parser()

            def read():
                parser.parse(text)

            line(name, peer, "json_parse", len(text), least(budget, read))


def peers(arguments, paths):
    own = [sys.executable, os.path.abspath(__file__), "--budget", str(arguments.budget)]
    commands = {"rondo": [arguments.binary, str(arguments.budget)] + paths}
    commands["orjson"] = own + ["--peer", "orjson"] + paths
    if subprocess.run([sys.executable, "-c", "import simdjson"], stderr=subprocess.DEVNULL).returncode == 0:
        commands["simdjson"] = own + ["--peer", "simdjson"] + paths
    return commands


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=".build/release/json-bench")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--numbers", type=int, default=400_000, help="of each body")
    parser.add_argument("--budget", type=float, default=0.2, help="CPU seconds for each figure of a round")
    parser.add_argument("--peer", help=argparse.SUPPRESS)
    parser.add_argument("paths", nargs="*", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.peer:
        return measure(arguments.peer, arguments.budget, arguments.paths)
    with tempfile.TemporaryDirectory() as folder:
        paths = bodies(arguments.numbers, folder)
        seconds, sizes, allocations = {}, {}, {}
        for _ in range(arguments.rounds):
            for peer, command in peers(arguments, paths).items():
                for text in subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.splitlines():
                    row = json.loads(text)
                    key = (row["metric"], row["workload"])
                    seconds.setdefault(key, {}).setdefault(peer, []).append(row["seconds"])
                    sizes[key, peer] = row["bytes"]
                    if "allocations" in row:
                        allocations[key] = row["allocations"]
    report(arguments, seconds, sizes, allocations)


def report(arguments, seconds, sizes, allocations):
    print(f"{arguments.numbers} numbers a body, medians of {arguments.rounds} rounds")
    print("ratio: how many times as fast (least, most)")
    for key, found in sorted(seconds.items()):
        own = found["rondo"]
        text = f"{key[0]:11} {key[1]:15}"
        for peer, times in found.items():
            median = statistics.median(times)
            text += f" {peer} {sizes[key, peer] / median / 1e6:6.0f} MB/s {median / arguments.numbers * 1e9:5.1f} ns"
            if peer != "rondo":
                ratios = [theirs / ours for theirs, ours in zip(times, own)]
                text += f" ratio {statistics.median(ratios):.2f} ({min(ratios):.2f}, {max(ratios):.2f})"
            text += ";"
        print(text, f"{allocations[key]} allocations")


if __name__ == "__main__":
    main()
