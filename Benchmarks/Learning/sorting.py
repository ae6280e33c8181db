"""Sorting five to ten numbers with a pointer network against a running server (Vinyals, Bengio & Kudlur 2016).

    python3 Benchmarks/Learning/sorting.py --url http://127.0.0.1:8080 [--pairs 20000] [--seconds 300] ...

Numbers are uniform in [0, 1); the answer is their positions in ascending order. Prints the share sorted exactly, by
fresh sequences of five to ten numbers, and of twenty.
"""
import argparse, json, random
from client import predict, timed

parser = argparse.ArgumentParser()
parser.add_argument("--url", default="http://127.0.0.1:8080")
parser.add_argument("--pairs", type=int, default=20000)
parser.add_argument("--epochs", type=int)
parser.add_argument("--seconds", type=float, default=300)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--set", default="{}", help="network settings as JSON")
options = parser.parse_args()
draw = random.Random(options.seed)


def example(low, high):
    numbers = [round(draw.random(), 4) for _ in range(draw.randint(low, high))]
    return numbers, sorted(range(len(numbers)), key=lambda i: numbers[i])


request = {"model": "sorting", "task": "pointer",
           "sequences": [dict(zip(("input", "target"), example(5, 10))) for _ in range(options.pairs)],
           "network": json.loads(options.set)}
job, metrics, seconds = timed(options, request)


def exact(low, high):
    fresh = [example(low, high) for _ in range(1000)]
    answers = predict(options.url, "sorting", [x for x, _ in fresh])
    # Equal numbers may come in either order.
    return sum([x[i] for i in p["indices"]] == sorted(x) for p, (x, _) in zip(answers, fresh)) / len(fresh)


print(
    json.dumps(
        {
            "pairs": options.pairs,
            "seconds": round(seconds),
            "epochs": job["progress"]["epoch"],
            "validation": job["result"]["metrics"],
            "exact": exact(5, 10),
            "exact_ten": exact(10, 10),
            "exact_twenty": exact(20, 20),
        }
    )
)
