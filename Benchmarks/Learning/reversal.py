"""Reversal and copy of symbols against a running server, also at twice the trained length.

    python3 Benchmarks/Learning/reversal.py --url http://127.0.0.1:8080 [--task copy] [--attention none] \
        [--length 10] ...

Sequences of up to --length letters of eight are answered backwards (or as they are). Prints the share answered exactly
at the lengths trained on and at up to twice the longest.
"""
import argparse, json, random
from client import predict, timed

parser = argparse.ArgumentParser()
parser.add_argument("--url", default="http://127.0.0.1:8080")
parser.add_argument("--task", choices=["reversal", "copy"], default="reversal")
parser.add_argument("--attention", default="bahdanau")
parser.add_argument("--length", type=int, default=10)
parser.add_argument("--pairs", type=int, default=8000)
parser.add_argument("--epochs", type=int)
parser.add_argument("--seconds", type=float, default=300)
parser.add_argument("--seed", type=int, default=1)
options = parser.parse_args()
draw = random.Random(options.seed)


def pair(low, high):
    letters = [draw.choice("abcdefgh") for _ in range(draw.randint(low, high))]
    answer = letters[::-1] if options.task == "reversal" else letters
    return "".join(letters), "".join(answer)


name = f"{options.task}-{options.attention}"
request = {"model": name, "task": "sequence_to_sequence",
           "sequences": [dict(zip(("input", "target"), pair(1, options.length))) for _ in range(options.pairs)],
           "network": {"attention": options.attention}}
job, metrics, seconds = timed(options, request)


def exact(low, high):
    fresh = [pair(low, high) for _ in range(500)]
    answers = predict(options.url, name, [x for x, _ in fresh])
    return sum(p["output"] == y for p, (_, y) in zip(answers, fresh)) / len(fresh)


print(json.dumps({"task": options.task, "attention": options.attention, "seconds": round(seconds),
                  "exact": exact(1, options.length), "exact_longest": exact(options.length, options.length),
                  "exact_to_twice": exact(options.length + 1, 2 * options.length)}))
