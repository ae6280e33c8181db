"""Whether verdicts hold: what a training claims of its model beside the truth on examples that it never saw.

    python3 Benchmarks/Learning/verdicts.py --data ../shared/data [--url http://127.0.0.1:8080] [--seconds 300] \
        [--sets surnames,gestures,motions,leaves,digits,tags,phonemes,shakespeare] [--most 500,2000] [--seeds 1] \
        [--validation 0.1]

Each set is shuffled by the seed; `--most` of its examples are learned from with default settings and as many as
`--test` of the others are the truth. Prints the claimed skill with its error, the true one against the same simple
method, and whether the claim held: its sign where one was made.
"""
import argparse, collections, json, math, os, random, re, time
from client import call, predict, train

parser = argparse.ArgumentParser()
parser.add_argument("--data", required=True)
parser.add_argument("--url", default="http://127.0.0.1:8080")
parser.add_argument("--sets", default="surnames,gestures,motions,leaves,digits,tags,phonemes,shakespeare")
parser.add_argument("--most", default="60,500")
parser.add_argument("--test", type=int, default=300)
parser.add_argument("--seeds", type=int, default=1)
parser.add_argument("--seconds", type=float, default=300)
parser.add_argument("--validation", type=float, help="hold this share back, instead of cross-validation of small sets")
options = parser.parse_args()


def lines(*path):
    with open(os.path.join(options.data, *path), encoding="utf-8") as file:
        return [line.rstrip("\n") for line in file]


def archive(*paths):
    """Series of the UEA archive: [[steps × channels], label]."""
    pairs = []
    for path in paths:
        for line in lines(*path):
            if line and line[0] not in "#@":
                *channels, label = line.split(":")
                columns = [[float(v) for v in channel.split(",") if v != "?"] for channel in channels]
                pairs.append(([list(step) for step in zip(*columns)], label))
    return pairs


def tagged():
    pairs, words, tags = [], [], []
    for line in lines("text", "en_ewt-ud-dev.conllu") + [""]:
        fields = line.split("\t")
        if not line and words:
            pairs.append((words, tags))
            words, tags = [], []
        elif len(fields) > 3 and fields[0].isdigit():
            words, tags = words + [fields[1]], tags + [fields[3]]
    return pairs


def load(name):
    if name == "surnames":
        folder = os.path.join(options.data, "surnames")
        return "classification", [
            (word, file[:-4]) for file in sorted(os.listdir(folder)) for word in lines("surnames", file) if word
        ]
    if name == "gestures":
        return "classification", archive(*(("sequences", f"PickupGestureWiimoteZ_{p}.ts") for p in ("TRAIN", "TEST")))
    if name == "motions":
        return "classification", archive(*(("basic-motions", f"BasicMotions_{p}.ts") for p in ("TRAIN", "TEST")))
    if name == "leaves":
        return "classification", archive(*(("sequences", f"OSULeaf_{p}.ts") for p in ("TRAIN", "TEST")))
    if name == "digits":
        pairs = []
        for line in lines("sequences", "pendigits.csv"):
            fields = line.replace('"', "").split(",")
            if fields[-1].isdigit():
                values = [float(field) for field in fields[1:17]]
                pairs.append(([values[i : i + 2] for i in range(0, 16, 2)], fields[-1]))
        return "classification", pairs
    if name == "tags":
        return "tagging", tagged()
    if name == "phonemes":
        rows = [line.split(" ", 1) for line in lines("sequences", "cmudict-12000.txt") if " " in line]
        return "sequence_to_sequence", [(list(word), sounds.split()) for word, sounds in rows]
    return "language_model", "\n".join(lines("tinyshakespeare", "input.txt"))


def edits(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a):
        diagonal, row[0] = row[0], i + 1
        for j, y in enumerate(b):
            diagonal, row[j + 1] = row[j + 1], min(diagonal + (x != y), row[j + 1] + 1, row[j] + 1)
    return row[-1]


def outline(series, points=32):
    result = []
    for k in range(points):
        at = k * (len(series) - 1) / (points - 1)
        i = int(at)
        result += [a + (b - a) * (at - i) for a, b in zip(series[i], series[min(i + 1, len(series) - 1)])]
    return result


def nearest(learned, inputs):
    if isinstance(learned[0][0], list) and isinstance(learned[0][0][0], list):
        width = len(learned[0][0][0])
        flat = [[step[c] for x, _ in learned for step in x] for c in range(width)]
        means = [sum(values) / len(values) for values in flat]
        scales = [
            math.sqrt(sum((v - m) ** 2 for v in values) / len(values)) or 1 for values, m in zip(flat, means)
        ]

        def standard(x):
            return outline([[(v - m) / s for v, m, s in zip(step, means, scales)] for step in x])

        known = [(standard(x), y) for x, y in learned]
        return [min(known, key=lambda pair: sum((a - b) ** 2 for a, b in zip(pair[0], q)))[1]
                for q in map(standard, inputs)]
    return [min(learned, key=lambda pair: edits(pair[0], x))[1] for x in inputs]


def bayes(learned, inputs):
    def features(x):
        return list(x) + list(zip(["<"] + list(x), list(x) + [">"]))

    counts, prior = collections.defaultdict(collections.Counter), collections.Counter(y for _, y in learned)
    for x, y in learned:
        counts[y].update(features(x))
    kinds = set().union(*counts.values())
    totals = {y: sum(c.values()) + 0.1 * len(kinds) for y, c in counts.items()}
    return [
        max(prior, key=lambda y: math.log(prior[y]) + sum(
            math.log((counts[y][f] + 0.1) / totals[y]) for f in features(x) if f in kinds))
        for x in inputs
    ]


def rival(task, verdict, learned, inputs):
    """What the simple method of the verdict answers."""
    if task == "tagging":
        counts = collections.defaultdict(collections.Counter)
        for x, y in learned:
            for word, tag in zip(x, y):
                counts[word][tag] += 1
        every = sum(counts.values(), collections.Counter()).most_common(1)[0][0]
        table = "of each token" in verdict
        return [[counts[w].most_common(1)[0][0] if table and w in counts else every for w in x] for x in inputs]
    if "nearest" in verdict:
        return nearest(learned, inputs)
    if "Bayes" in verdict:
        return bayes(learned, inputs)
    if "answering with the input" in verdict:
        return list(inputs)
    most = collections.Counter(json.dumps(y) for _, y in learned).most_common(1)[0][0]
    return [json.loads(most)] * len(inputs)


def ngram(text, test, order):
    counts = collections.defaultdict(collections.Counter)
    for n in range(order):
        for i in range(n, len(text)):
            counts[text[i - n : i]][text[i]] += 1
    size, nats = len(set(text)), 0.0
    for i in range(1, len(test)):
        p = (counts[""][test[i]] + 1) / (len(text) + size)
        for n in range(1, min(order, i + 1)):
            found = counts.get(test[i - n : i])
            if not found:
                break
            total = sum(found.values())
            p = (found[test[i]] + len(found) * p) / (total + len(found))
        nats -= math.log(p)
    return nats / (len(test) - 1)


def wrong(task, answers, truths):
    if task == "tagging":
        return sum(a != b for x, y in zip(answers, truths) for a, b in zip(x, y)) / sum(map(len, truths))
    return sum(a != b for a, b in zip(answers, truths)) / len(truths)


def run(name, most, seed):
    task, data = load(name)
    if task == "language_model":
        begin = random.Random(seed).randrange(len(data) - 200 * most - 5000)
        learned, test = data[begin : begin + 200 * most], data[begin + 200 * most : begin + 200 * most + 5000]
        examples = [learned]
    else:
        random.Random(seed).shuffle(data)
        learned, held = data[:most], data[most : most + options.test]
        labels = {y for _, y in learned} if task == "classification" else None
        held = [pair for pair in held if labels is None or pair[1] in labels]
        examples = [{"input": x, "target": y} for x, y in learned]
        inputs, truths = [x for x, _ in held], [y for _, y in held]
    began = time.time()
    request = {
        "model": name, "task": task, "sequences": examples, "promote": "always",
        "training": {"seed": seed, "max_seconds": options.seconds}}
    if options.validation is not None:
        request["validation"] = options.validation
    job, _ = train(options.url, request)
    seconds, result = time.time() - began, job["result"]
    if task == "language_model":
        answer = call(options.url, "/predict", {"model": name, "sequence": test, "score": True})
        model = answer["predictions"][0]["bits_per_token"] * math.log(2)
        found = re.search(r"the (\d)-gram", result["verdict"])
        other = ngram(learned, test, int(found[1]) if found else 1 if "unigram" in result["verdict"] else 2)
    else:
        key = {"classification": "label", "tagging": "labels", "sequence_to_sequence": "output"}[task]
        answers = [answer[key] for answer in predict(options.url, name, inputs)]
        model = wrong(task, answers, truths)
        other = wrong(task, rival(task, result["verdict"], learned, inputs), truths)
    true = 1 - model / other if other else None
    claims = result["verdict"].startswith(("better", "worse"))
    accuracy = result["metrics"].get("accuracy")
    row = {
        "set": name, "learned": most, "seed": seed, "claimed": result["skill"], "error": result["skill_error"],
        "true": true, "model": model, "rival": other, "wrong": None if accuracy is None else 1 - accuracy,
        "claims": claims, "held": (result["skill"] > 0) == (true > 0) if claims and true is not None else None,
        "seconds": round(seconds, 1), "measured_on": result["measured_on"], "verdict": result["verdict"]}
    print(json.dumps(row), flush=True)
    return row


def mean(values):
    values = list(values)
    return round(sum(values) / len(values), 4) if values else None


rows = [run(name, int(most), seed) for name in options.sets.split(",") for most in options.most.split(",")
        for seed in range(1, options.seeds + 1)]
skills = [row for row in rows if row["claimed"] is not None and row["true"] is not None]
sure = [row for row in skills if row["error"]]
labels = [row for row in rows if row["wrong"] is not None]
print(json.dumps({
    "trainings": len(rows), "claims": sum(row["claims"] for row in rows),
    "held": sum(bool(row["held"]) for row in rows),
    "skill_too_high": mean(row["claimed"] - row["true"] for row in skills),
    "within_two_errors": mean(abs(row["claimed"] - row["true"]) <= 2 * row["error"] for row in sure),
    "wrong_too_low": mean(row["model"] - row["wrong"] for row in labels),
    "wrong_off": mean(abs(row["model"] - row["wrong"]) for row in labels)}))
