"""Speech-like: frames of features to a sequence of labels, against a running server.

    python3 Benchmarks/Learning/frames.py --url http://127.0.0.1:8080 [--pairs 3000] [--attention none] \
        [--noise 0.5] ...

Each of ten "phones" is a path of six features from one random vector to another; an utterance is two to six of them,
each stretched to four to ten frames, with noise on every feature, loudness and offset of its own, and silence before
and after. The answer is the phones. Prints the share of utterances answered exactly and the label error rate (edits
over labels) on fresh ones.
"""
import argparse, json, random
from client import predict, timed

parser = argparse.ArgumentParser()
parser.add_argument("--url", default="http://127.0.0.1:8080")
parser.add_argument("--pairs", type=int, default=3000)
parser.add_argument("--attention", default="bahdanau")
parser.add_argument("--noise", type=float, default=0.5)
parser.add_argument("--epochs", type=int)
parser.add_argument("--seconds", type=float, default=300)
parser.add_argument("--seed", type=int, default=1)
options = parser.parse_args()
draw = random.Random(options.seed)
FEATURES = 6
PHONES = {
    name: [[draw.gauss(0, 1) for _ in range(FEATURES)] for _ in range(2)] for name in "a e i o u k l m s t".split()
}


def utterance():
    names = [draw.choice(list(PHONES)) for _ in range(draw.randint(2, 6))]
    loud, offset, frames = draw.uniform(0.7, 1.3), draw.gauss(0, 0.3), []

    def add(vector):
        frames.append([round(loud * v + offset + draw.gauss(0, options.noise), 3) for v in vector])

    silence = [0.0] * FEATURES
    for _ in range(draw.randint(0, 4)):
        add(silence)
    for name in names:
        begin, end = PHONES[name]
        count = draw.randint(4, 10)
        for step in range(count):
            share = step / (count - 1)
            add([b + share * (e - b) for b, e in zip(begin, end)])
    for _ in range(draw.randint(0, 4)):
        add(silence)
    return frames, names


def edits(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]


name = f"frames-{options.attention}"
request = {"model": name, "task": "sequence_to_sequence",
           "sequences": [dict(zip(("input", "target"), utterance())) for _ in range(options.pairs)],
           "network": {"attention": options.attention}}
job, metrics, seconds = timed(options, request)
fresh = [utterance() for _ in range(500)]
answers = [p["output"] for p in predict(options.url, name, [x for x, _ in fresh])]
print(
    json.dumps(
        {
            "attention": options.attention,
            "pairs": options.pairs,
            "seconds": round(seconds),
            "exact": sum(a == y for a, (_, y) in zip(answers, fresh)) / len(fresh),
            "label_error_rate": sum(edits(a, y) for a, (_, y) in zip(answers, fresh)) / sum(len(y) for _, y in fresh),
        }
    )
)
