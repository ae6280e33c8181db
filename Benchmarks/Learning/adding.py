"""The adding problem of Hochreiter & Schmidhuber (1997, section 5.4) against a running server.

    python3 Benchmarks/Learning/adding.py --url http://127.0.0.1:8080 --steps 100 [--cell rnn] [--sequences 8000] ...

Each step has a value in [-1, 1] and a marker; two steps are marked with 1, the first and last with -1, the others with
0. The target is 0.5 + (X1 + X2) / 4; an answer is correct within 0.04. With --plain it is the later variant (Le, Jaitly
& Hinton 2015): values in [0, 1], one mark in each half, the target is the sum, whose variance is 1/6. Prints how many
sequences were presented until the held-back ones had a mean square error below 0.0002, and the share correct on fresh
sequences. The request with T = 1000 needs a server with RONDO_TRAIN_BODY_BYTES_MAX=1000000000.
"""
import argparse, json, random, time
from client import predict, train

parser = argparse.ArgumentParser()
parser.add_argument("--url", default="http://127.0.0.1:8080")
parser.add_argument("--steps", type=int, default=100)
parser.add_argument("--cell", default="lstm")
parser.add_argument("--hidden", type=int, default=32)
parser.add_argument("--sequences", type=int, default=8000)
parser.add_argument("--epochs", type=int, default=20)
parser.add_argument("--batch", type=int, default=32)
parser.add_argument("--rate", type=float, default=0.003)
parser.add_argument("--initializer", default="chrono")
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--plain", action="store_true")
options = parser.parse_args()
draw = random.Random(options.seed)


def example():
    return plain_example() if options.plain else original_example()


def plain_example():
    length = options.steps
    values = [round(draw.random(), 3) for _ in range(length)]
    marked = (draw.randrange(length // 2), draw.randrange(length // 2, length))
    steps = [[value, int(index in marked)] for index, value in enumerate(values)]
    return steps, round(sum(values[index] for index in marked), 6)


def original_example():
    length = draw.randint(options.steps, options.steps + options.steps // 10)
    values = [round(draw.uniform(-1, 1), 3) for _ in range(length)]
    markers = [0] * length
    first = draw.randrange(min(10, length))
    second = draw.choice([i for i in range(length // 2) if i != first])
    markers[0] = markers[-1] = -1
    total = 0.0
    for index in (first, second):
        if index != 0:
            total += values[index]
        markers[index] = 1
    return [list(step) for step in zip(values, markers)], round(0.5 + total / 4, 6)


name = f"adding-{options.steps}-{options.cell}" + ("-plain" if options.plain else "")
pairs = [example() for _ in range(options.sequences)]
began = time.time()
job, metrics = train(
    options.url,
    {
        "model": name,
        "task": "regression",
        "sequences": [{"input": x, "target": y} for x, y in pairs],
        "network": {
            "cell": options.cell,
            "hidden": options.hidden,
            "layers": 1,
            "dropout": 0,
            "initializer": options.initializer,
        },
        "training": {
            "epochs": options.epochs,
            "batch_size": options.batch,
            "optimizer": {"name": "adam", "learning_rate": options.rate},
            "early_stopping": {"patience": options.epochs},
            "seed": options.seed,
        },
    },
)
seconds = time.time() - began
fresh = [example() for _ in range(500)]
answers = [p["value"] if not isinstance(p["value"], list) else p["value"][0]
           for p in predict(options.url, name, [x for x, _ in fresh])]
errors = [abs(a - y) for a, (_, y) in zip(answers, fresh)]
mean = sum(y for _, y in fresh) / len(fresh)
variance = sum((y - mean) ** 2 for _, y in fresh) / len(fresh)
# The loss is of scaled targets: its share of their variance is that of the mean square error.
learned = [m["step"] * options.batch for m in metrics if (m.get("validation_loss") or 1e9) * variance < 2e-4]
print(
    json.dumps(
        {
            "steps": options.steps,
            "cell": options.cell,
            "hidden": options.hidden,
            "seed": options.seed,
            "sequences_until_learned": learned[0] if learned else None,
            "sequences_presented": job["progress"]["step"] * options.batch,
            "correct": sum(e <= 0.04 for e in errors) / len(errors),
            "mse": sum(e * e for e in errors) / len(errors),
            "variance_of_targets": variance,
            "seconds": round(seconds),
        }
    )
)
