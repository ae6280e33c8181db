"""Default trainings over public data: how good, how long, and where the learning rate ends; needs a running server.

    python3 Benchmarks/Learning/schedules.py --url http://127.0.0.1:8080 --data DIRECTORY [--sets m1,tourism] \
        [--seeds 1,2,3] [--training '{"max_seconds": 30}'] [--pid PID]

Prints a line of JSON for each training and a mean for each set: the error on a part that the request does not hold
(`test`: MASE of forecasts, nats a character of texts, share of wrong answers elsewhere), the best validation loss,
seconds from start to finish, processor seconds of the server (with its --pid, on Linux), steps done and planned, and
the last learning rate as a share of the highest.
"""
import argparse, csv, json, os, random
from client import call, predict, train

parser = argparse.ArgumentParser()
parser.add_argument("--url", default="http://127.0.0.1:8080")
parser.add_argument("--data", required=True)
parser.add_argument("--sets", default="m1,tourism,nn5,airline,text,surnames,names,tags,gestures,phonemes,sums,order")
parser.add_argument("--seeds", default="1,2,3")
parser.add_argument("--training", default="{}")
parser.add_argument("--pid", type=int)
parser.add_argument("--patience", type=float, help="times the patience that is chosen by default")
options = parser.parse_args()


def path(*parts):
    return os.path.join(options.data, *parts)


def rows(*parts):
    with open(path(*parts)) as file:
        return list(csv.reader(file))


def ragged(folder, name):
    known = [[float(v) for v in row[3:] if v] for row in rows("forecast", folder, name + "_train.csv")[1:]]
    future = [[float(v) for v in row[1:] if v] for row in rows("forecast", folder, name + "_test.csv")[1:]]
    return known, future


def forecasts(known, future, season):
    """The mean over the series of |error| over the mean absolute seasonal change of what was known."""

    def error(model):
        total, count = 0.0, 0
        answers = predict(options.url, model, known, horizon=max(map(len, future)))
        for answer, past, truth in zip(answers, known, future):
            changes = [abs(a - b) for a, b in zip(past[season:], past) if a is not None and b is not None]
            unit = sum(changes) / max(1, len(changes))
            pairs = [(m, y) for m, y in zip(answer["mean"], truth) if y is not None]
            if unit > 0 and pairs:
                total, count = total + sum(abs(m - y) for m, y in pairs) / len(pairs) / unit, count + 1
        return total / count

    return {"sequences": known, "forecast": {"horizon": max(map(len, future))}}, error


def tail(series, horizon, season):
    return forecasts([s[:-horizon] for s in series], [s[-horizon:] for s in series], season)


def text(name, size, held):
    with open(path(*name)) as file:
        whole = file.read()[: size + held]
    known = set(whole[:size])
    fresh = "".join(c for c in whole[size:] if c in known)
    parts = [fresh[i : i + 2000] for i in range(0, len(fresh), 2000)]

    def error(model):
        scores = [p["logprobs"] for p in predict(options.url, model, parts, score=True)]
        numbers = [v for s in scores for v in s if v is not None]
        return -sum(numbers) / len(numbers)

    return {"text": whole[:size]}, error


def answers(pairs, size, member, task=None):
    """A random part of the pairs is learned from; the error is the share of wrong answers on the others, step by step
    where an answer is a list."""
    pairs = random.Random(0).sample(pairs, len(pairs))
    learned, fresh = pairs[:size], pairs[size : size + 2000]

    def error(model):
        wrong = total = 0
        for answer, (_, truth) in zip(predict(options.url, model, [x for x, _ in fresh]), fresh):
            given = answer[member]
            if isinstance(truth, list) and not task:
                wrong, total = wrong + sum(a != b for a, b in zip(given, truth)), total + len(truth)
            else:
                wrong, total = wrong + (given != truth), total + 1
        return wrong / total

    request = {"sequences": [{"input": x, "target": y} for x, y in learned]}
    return request | ({"task": task} if task else {}), error


def surnames():
    folder = path("surnames")
    files = {file[:-4]: open(os.path.join(folder, file)).read() for file in sorted(os.listdir(folder))}
    return [(name, language) for language, names in files.items() for name in names.split()]


def tagged():
    sentences, words, tags = [], [], []
    for line in open(path("text", "en_ewt-ud-dev.conllu")):
        fields = line.rstrip("\n").split("\t")
        if len(fields) > 3 and fields[0].isdigit():
            words.append(fields[1])
            tags.append(fields[3])
        elif not line.strip() and words:
            sentences.append((words, tags))
            words, tags = [], []
    return sentences


def gestures(part):
    found = []
    for line in open(path("sequences", f"PickupGestureWiimoteZ_{part}.ts")):
        if not line.startswith(("#", "@")) and line.strip():
            values, label = line.strip().rsplit(":", 1)
            found.append(([float(v) for v in values.split(",") if v != "?"], label))
    return found


def phonemes():
    lines = [line.split() for line in open(path("sequences", "cmudict-12000.txt"))]
    return [(line[0], line[1:]) for line in lines if len(line) > 1]


def sums():
    draw = random.Random(5)
    series = [[round(draw.uniform(-1, 1), 3) for _ in range(draw.randint(5, 20))] for _ in range(1200)]
    known, fresh = series[:800], series[800:]
    value = lambda s: s[0] - s[-1] + max(s)

    def error(model):
        found = [p["value"] for p in predict(options.url, model, fresh)]
        found = [v[0] if isinstance(v, list) else v for v in found]
        return (sum((a - value(s)) ** 2 for a, s in zip(found, fresh)) / len(fresh)) ** 0.5

    return {"sequences": [{"input": s, "target": value(s)} for s in known]}, error


def order():
    draw = random.Random(6)
    lists = [[round(draw.random(), 3) for _ in range(draw.randint(3, 8))] for _ in range(2500)]
    pairs = [(s, sorted(range(len(s)), key=s.__getitem__)) for s in lists]
    return answers(pairs, 2000, "indices", "pointer")


def gesture_set():
    known, fresh = gestures("TRAIN"), gestures("TEST")

    def error(model):
        found = predict(options.url, model, [x for x, _ in fresh])
        return sum(a["label"] != y for a, (_, y) in zip(found, fresh)) / len(fresh)

    return {"sequences": [{"input": x, "target": y} for x, y in known]}, error


SETS = {
    "m1": lambda: forecasts(*ragged("m1", "m1_monthly"), 12),
    "tourism": lambda: forecasts(*ragged("tourism", "tourism_quarterly"), 4),
    "nn5": lambda: tail(
        [[float(v) if v else None for v in row[1:]] for row in rows("forecast", "nn5", "nn5.csv")], 56, 7
    ),
    "airline": lambda: tail([[float(r[1]) for r in rows("airline", "airline-passengers.csv")[1:]]], 24, 12),
    "text": lambda: text(("tinyshakespeare", "input.txt"), 60_000, 20_000),
    "surnames": lambda: answers(surnames(), 8000, "label"),
    "names": lambda: answers(surnames(), 600, "label"),
    "tags": lambda: answers(tagged(), 1500, "labels"),
    "gestures": gesture_set,
    "phonemes": lambda: answers(phonemes(), 1500, "output", "sequence_to_sequence"),
    "sums": sums,
    "order": order,
}


def cpu_seconds():
    if not options.pid:
        return None
    with open(f"/proc/{options.pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


for name in options.sets.split(","):
    request, error = SETS[name]()
    found = []
    for seed in map(int, options.seeds.split(",")):
        model = f"{name}-{seed}"
        training = {"seed": seed} | json.loads(options.training)
        if options.patience:
            plan = call(options.url, "/train?validate_only=true", request | {"model": model})
            patience = plan["settings"]["training"]["early_stopping"]["patience"]
            training["early_stopping"] = {"patience": max(1, round(options.patience * patience))}
        began = cpu_seconds()
        job, metrics = train(options.url, request | {"model": model, "training": training})
        used = None if began is None else cpu_seconds() - began
        rates = [m["learning_rate"] for m in metrics]
        losses = [m["validation_loss"] for m in metrics if m["validation_loss"] is not None]
        clock = [float(job[k][14:16]) * 60 + float(job[k][17:-1]) for k in ("started_at", "finished_at")]
        line = {
            "set": name, "seed": seed, "test": error(model), "validation": min(losses, default=None),
            "seconds": round((clock[1] - clock[0]) % 3600, 2), "cpu_seconds": used and round(used, 2),
            "steps": metrics[-1]["step"], "planned": metrics[0]["steps"],
            "epochs": job["settings"]["training"]["epochs"],
            "rate_at_end": round(rates[-1] / max(rates), 3), "skill": job["result"]["skill"],
        }
        print(json.dumps(line), flush=True)
        found.append(line)
    means = {}
    for key in ("test", "validation", "seconds", "cpu_seconds", "rate_at_end"):
        values = [f[key] for f in found if f[key] is not None]
        means[key] = round(sum(values) / len(values), 4) if values else None
    print(json.dumps({"set": name, "mean": means}), flush=True)
