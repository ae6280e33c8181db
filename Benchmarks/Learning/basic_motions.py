"""Accuracy on BasicMotions (UEA archive), trained on TRAIN and counted on TEST, for several seeds, against a running
server.

    python3 Benchmarks/Learning/basic_motions.py --url http://127.0.0.1:8080 DIRECTORY [--network '{}'] \
        [--training '{}']
"""
import argparse, json, os
from client import predict, train

parser = argparse.ArgumentParser()
parser.add_argument("directory")
parser.add_argument("--url", default="http://127.0.0.1:8080")
parser.add_argument("--seeds", type=int, default=5)
parser.add_argument("--network", type=json.loads, default={})
parser.add_argument("--training", type=json.loads, default={})
options = parser.parse_args()


def read(name):
    pairs = []
    for line in open(os.path.join(options.directory, name), encoding="utf-8"):
        if line[0] in "#@" or not line.strip():
            continue
        *channels, label = line.strip().split(":")
        columns = [[float(value) for value in channel.split(",")] for channel in channels]
        pairs.append(([list(step) for step in zip(*columns)], label))
    return pairs


learn, test = read("BasicMotions_TRAIN.ts"), read("BasicMotions_TEST.ts")
shares = []
for seed in range(1, options.seeds + 1):
    train(options.url, {"model": "basic-motions", "task": "classification",
                        "sequences": [{"input": x, "target": y} for x, y in learn], "network": options.network,
                        "training": {"seed": seed, **options.training}, "promote": "always"})
    answers = predict(options.url, "basic-motions", [x for x, _ in test])
    shares.append(sum(a["label"] == y for a, (_, y) in zip(answers, test)) / len(test))
    print(json.dumps({"seed": seed, "accuracy": shares[-1]}), flush=True)
print(json.dumps({"mean": sum(shares) / len(shares), "seeds": options.seeds}))
