"""Many small jobs of all tasks: what they took beside what was estimated; needs a running server.

    python3 Benchmarks/Learning/estimates.py --url http://127.0.0.1:8080 [--jobs 100] [--skip 16] [--limit 0.5]

Draws jobs of every task with data, sizes and settings at random, a few of them again and again as a client does that
trains a model each day. Each is estimated (`validate_only`) before it is queued. Prints a line of JSON a job, then the
share of those behind the first `--skip` that took between 2/3 and 3/2 of the estimate, and the share within the range
that was told. With `--limit` every job gets a `max_seconds` of that share of its estimate, at least a second, and the
seconds it took are compared with that; reading and publishing, which `max_seconds` leaves out, are in them.
"""
import argparse, json, math, random
from datetime import datetime
from client import call, train

parser = argparse.ArgumentParser()
parser.add_argument("--url", default="http://127.0.0.1:8080")
parser.add_argument("--jobs", type=int, default=100)
parser.add_argument("--skip", type=int, default=16)
parser.add_argument("--limit", type=float)
parser.add_argument("--seed", type=int, default=1)
options = parser.parse_args()
draw = random.Random(options.seed)


def series(count, steps):
    found = []
    for _ in range(count):
        level, season, phase = draw.uniform(10, 100), draw.choice([4, 7, 12]), draw.random()
        swing = [1 + 0.3 * math.sin(2 * math.pi * (t / season + phase)) for t in range(steps)]
        found.append([round(level * s + draw.gauss(0, level / 20), 2) for s in swing])
    return {"sequences": found}


def text(size):
    words = [f"{a}{b}{c}" for a in "bdklmnprst" for b in "aeiou" for c in "nrs "]
    return {"text": " ".join(draw.choice(words[: draw.randint(20, 150)]) for _ in range(size // 4))}


def strings(count):
    runs = lambda letters: draw.choice(letters) * draw.randint(1, 9)
    return {"sequences": [runs("ab") + runs("xyz") for _ in range(count)]}


def labels(count, steps):
    inputs = ["".join(draw.choice("abcd") for _ in range(draw.randint(3, steps))) for _ in range(count)]
    return {"sequences": [{"input": x, "target": "even" if x.count("a") % 2 == 0 else "odd"} for x in inputs]}


def gestures(count, steps):
    found = []
    for _ in range(count):
        kind, phase = draw.randint(1, 4), draw.random()
        path = [round(math.sin(kind * t / 5 + phase) + draw.gauss(0, 0.3), 3) for t in range(steps)]
        found.append({"input": path, "target": f"k{kind}"})
    return {"sequences": found}


def tags(count, steps):
    inputs = [[draw.choice("abcdefgh") for _ in range(draw.randint(3, steps))] for _ in range(count)]
    tag = lambda c, before: "V" if c in "ae" else "after" if before in ("a", "e") else "C"
    return {"sequences": [{"input": x, "target": [tag(*p) for p in zip(x, [""] + x)]} for x in inputs]}


def sums(count, steps):
    inputs = [[round(draw.uniform(-1, 1), 2) for _ in range(draw.randint(3, steps))] for _ in range(count)]
    return {"sequences": [{"input": x, "target": round(max(x) - x[0], 3)} for x in inputs]}


def reversals(count, steps):
    inputs = ["".join(draw.choice("abcdef") for _ in range(draw.randint(2, steps))) for _ in range(count)]
    return {"task": "sequence_to_sequence", "sequences": [{"input": x, "target": x[::-1]} for x in inputs]}


def sorting(count, steps):
    inputs = [[round(draw.random(), 2) for _ in range(draw.randint(2, steps))] for _ in range(count)]
    pairs = [{"input": x, "target": sorted(range(len(x)), key=x.__getitem__)} for x in inputs]
    return {"task": "pointer", "sequences": pairs}


KINDS = {
    "forecast": lambda: series(draw.choice([1, 5, 20, 60]), draw.choice([60, 120, 200])),
    "language_model": lambda: text(draw.choice([2000, 6000, 20000])),
    "strings": lambda: strings(draw.choice([50, 200])),
    "classification": lambda: labels(draw.choice([60, 300, 1200]), draw.choice([8, 20])),
    "gestures": lambda: gestures(draw.choice([40, 120]), draw.choice([40, 100])),
    "tagging": lambda: tags(draw.choice([60, 300, 1200]), draw.choice([8, 20])),
    "regression": lambda: sums(draw.choice([60, 300, 1200]), draw.choice([8, 20])),
    "sequence_to_sequence": lambda: reversals(draw.choice([60, 300]), draw.choice([4, 8])),
    "pointer": lambda: sorting(draw.choice([60, 300]), draw.choice([4, 6])),
}


def seconds(job):
    started, finished = (datetime.fromisoformat(job[k].replace("Z", "+00:00")) for k in ("started_at", "finished_at"))
    return (finished - started).total_seconds()


repeated, found = [], []
for index in range(options.jobs):
    if repeated and draw.random() < 0.3:
        kind, request = draw.choice(repeated)
    else:
        kind = list(KINDS)[index % len(KINDS)]
        request = KINDS[kind]() | {"model": f"{kind}-{index}"}
        cell = draw.choice(["lstm", "lstm", "gru", "transformer"])
        if kind in ("forecast", "language_model", "classification", "tagging", "regression"):
            request["network"] = {"cell": cell}
        repeated.append((kind, request))
    request = request | {"training": {"seed": draw.randint(1, 1000)}}
    plan = call(options.url, "/train?validate_only=true", request)
    estimate, range_ = plan["estimated_seconds"], plan.get("estimated_seconds_range")
    if options.limit:
        request["training"]["max_seconds"] = max(1, round(options.limit * estimate, 2))
    job, _ = train(options.url, request)
    took = seconds(job)
    line = {"job": index, "kind": kind, "estimate": estimate, "range": range_, "seconds": round(took, 3)}
    line["ratio"] = round(took / max(estimate, 1e-3), 3)
    if options.limit:
        line["limit"] = request["training"]["max_seconds"]
        line["of_limit"] = round(took / line["limit"], 3)
        line["verdict"] = job["result"]["verdict"]
    print(json.dumps(line), flush=True)
    found.append(line)

judged = found[options.skip :]
share = lambda test: round(sum(map(test, judged)) / max(1, len(judged)), 3)
summary = {
    "jobs": len(judged),
    "within_1.5": share(lambda f: 2 / 3 <= f["ratio"] <= 1.5),
    "within_2": share(lambda f: 0.5 <= f["ratio"] <= 2),
}
if judged and judged[0]["range"]:
    summary["within_range"] = share(lambda f: f["range"][0] <= f["seconds"] <= f["range"][1])
if options.limit:
    summary["largest_of_limit"] = max(f["of_limit"] for f in judged)
    summary["limit_kept_within_5_percent"] = share(lambda f: f["of_limit"] <= 1.05)
print(json.dumps(summary))
