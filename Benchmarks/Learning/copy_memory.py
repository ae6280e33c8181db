"""Copy memory (Hochreiter & Schmidhuber 1997; as in Arjovsky, Shah & Bengio 2016) against a running server.

    python3 Benchmarks/Learning/copy_memory.py --url http://127.0.0.1:8080 --steps 100 ...

Ten symbols of eight, T blanks, a signal and ten more blanks; the answer is T + 10 blanks and then the ten symbols.
Without any memory the cross-entropy is 10 ln 8 / (T + 20) a step. Prints it beside that of fresh sequences (over all
steps, as published) and the share of recalled symbols.
"""
import argparse, json, math, random, time
from client import predict, train

parser = argparse.ArgumentParser()
parser.add_argument("--url", default="http://127.0.0.1:8080")
parser.add_argument("--steps", type=int, default=100)
parser.add_argument("--cell", default="lstm")
parser.add_argument("--hidden", type=int, default=64)
parser.add_argument("--sequences", type=int, default=4000)
parser.add_argument("--epochs", type=int, default=40)
parser.add_argument("--batch", type=int, default=32)
parser.add_argument("--rate", type=float, default=0.003)
parser.add_argument("--optimizer", default="adam")
parser.add_argument("--initializer", default="chrono")
parser.add_argument("--seed", type=int, default=1)
options = parser.parse_args()
draw = random.Random(options.seed)


def example():
    symbols = [draw.randint(1, 8) for _ in range(10)]
    return symbols + [0] * options.steps + [9] + [0] * 9, [0] * (options.steps + 10) + symbols


name = f"copy-{options.steps}-{options.cell}"
pairs = [example() for _ in range(options.sequences)]
began = time.time()
job, metrics = train(options.url, {
    "model": name, "task": "tagging", "tokens": "symbols",
    "sequences": [{"input": x, "target": [str(s) for s in y]} for x, y in pairs],
    "network": {"cell": options.cell, "hidden": options.hidden, "layers": 1, "dropout": 0, "bidirectional": False,
                "initializer": options.initializer, "chrono_steps": options.steps + 20},
    "training": {"epochs": options.epochs, "batch_size": options.batch, "early_stopping": {"patience": options.epochs},
                 "optimizer": {"name": options.optimizer, "learning_rate": options.rate}, "seed": options.seed},
})
seconds = time.time() - began
fresh = [example() for _ in range(200)]
right, loss = 0, 0.0
for (_, target), answer in zip(fresh, predict(options.url, name, [x for x, _ in fresh], part=20)):
    right += sum(label == str(s) for label, s in zip(answer["labels"][-10:], target[-10:]))
    # An answer without probability of the true label is bounded by float32's smallest.
    for probabilities, s in zip(answer["probabilities"], target):
        p = probabilities[str(s)] if isinstance(probabilities, dict) else probabilities
        loss -= math.log(max(p, 1e-38))
length = options.steps + 20
print(
    json.dumps(
        {
            "steps": options.steps,
            "cell": options.cell,
            "hidden": options.hidden,
            "seed": options.seed,
            "memoryless": 10 * math.log(8) / length,
            "cross_entropy": loss / (len(fresh) * length),
            "best_validation_loss": min(m["validation_loss"] for m in metrics if m.get("validation_loss") is not None),
            "recalled": right / (10 * len(fresh)),
            "sequences_presented": job["progress"]["step"] * options.batch,
            "seconds": round(seconds),
        }
    )
)
