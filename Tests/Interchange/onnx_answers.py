"""Models of every task that is exported answer through Examples/onnx_predict.py, which sees the ONNX file alone, as
they answer in Rondo."""
import json, math, os, sys

import numpy as np
from frameworks import WORDS, call, failures, train

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../Examples"))
from onnx_predict import Network, predict

SMALL = {"training": {"epochs": 12}}
SEASON = [20 + (t % 12) ** 1.3 + t / 7 + 4 * math.sin(t * t) + 3 * math.sin(t / 5) for t in range(96)]
COUNTS = [int(5 + 4 * math.sin(t * math.pi / 6) + t % 5) for t in range(96)]
PAIR = [[math.sin(t / 3) * 5 + t / 9, None if t % 11 == 3 else math.cos(t / 4) * 3] for t in range(90)]
LABELLED = [{"input": w + "x" * (i % 3), "target": "even" if len(w) % 2 == 0 else "odd"}
            for i in range(5) for w in WORDS]
VALUES = [{"input": [i % 7, None if i % 5 == 0 else i % 3, 1], "target": [i % 7, 2 * (i % 3)]} for i in range(40)]
TAGGED = [{"input": [[i % 3, t] for t in range(4)], "target": ["A" if (i + t) % 2 else "B" for t in range(4)]}
          for i in range(40)]
PROSE = "The cat sat on the mat, and the dog didn't. The dog's mat was the cat's. " * 6


def learned(**forecast):
    return {"sequences": [SEASON], "forecast": forecast}


def forecasts():
    kinds = ["student_t", "gaussian", "mse", "mae", "huber", "quantile"]
    for kind in kinds:
        for decoding in "direct", "recursive":
            settings = learned(distribution=kind, decoding=decoding)
            yield f"forecast-{kind}-{decoding}", settings, {"sequence": SEASON[5:70]}
    yield "forecast-far", learned(decoding="direct", horizon=6), {"sequence": SEASON[5:70], "horizon": 9}
    yield "forecast-log", learned(scaling="log"), {"sequence": SEASON[:40], "horizon": 5}
    yield "forecast-mean", learned(scaling="mean"), {"sequence": SEASON[:9]}
    yield "forecast-pair", {"sequences": [PAIR]}, {"sequence": PAIR[:50], "horizon": 4, "seed": 3, "quantiles": [0.2]}
    yield "forecast-one", learned(seasonality=1), {"sequence": [3, None, 4]}
    yield "forecast-short", learned(seasonality=3), {"sequence": SEASON[:2] + [None, 30]}
    counts = {"sequences": [COUNTS], "forecast": {"distribution": "negative_binomial"}}
    yield "forecast-counts", counts, {"sequence": COUNTS[:60], "horizon": 4}
    large = {"sequences": [[50 * c for c in COUNTS]], "forecast": {"distribution": "negative_binomial"}}
    yield "forecast-large-counts", large, {"sequence": [50 * c for c in COUNTS[:60]], "horizon": 4}


def others():
    for cell in "lstm", "gru", "rnn":
        network = {"network": {"cell": cell, "layers": 2, "hidden": 12, "residual": True, "bidirectional": True}}
        yield f"labels-{cell}", {"sequences": LABELLED, **network}, {"sequence": "annabertqx"}
    yield "labels-words", {"sequences": LABELLED, "tokens": "words"}, {"sequence": "anna annax, bert"}
    yield "values", {"sequences": VALUES}, {"sequence": [3, None, 2, 9]}
    single = [{"input": v["input"], "target": v["target"][0]} for v in VALUES]
    yield "value", {"sequences": single}, {"sequence": [1, 2]}
    yield "tags", {"sequences": TAGGED}, {"sequence": [[1, 2], [2, 3], [0, 1]]}
    for unit in "characters", "bytes", "words":
        text = {"text": PROSE, "tokens": unit}
        yield f"score-{unit}", text, {"sequence": " the dog's mat", "score": True}
        yield f"text-{unit}", text, {"prompt": "The cat", "max_tokens": 20, "temperature": 0}
    for choice in "skip", "token":
        text = {"text": PROSE, "tokens": "words", "unknown": choice}
        yield f"score-{choice}", text, {"sequence": " the zebra dog's mat", "score": True}
    names = {"sequences": WORDS * 4}
    yield "names", names, {"prompt": "", "temperature": 0, "max_tokens": 30}
    yield "names-score", names, {"sequence": "anna", "score": True}
    symbols = {"sequences": [["a", "b", "c", "a"], ["b", "c"], ["a", "c"]] * 5, "network": {"cell": "gru"}}
    yield "symbols", symbols, {"prompt": ["a"], "temperature": 0, "max_tokens": 6}


def distance(ours, theirs):
    """The worst difference of two answers relative to their numbers; infinite where they differ otherwise."""
    if isinstance(theirs, dict):
        return max((distance(ours.get(key), value) for key, value in theirs.items()), default=0)
    if isinstance(theirs, list):
        if len(ours) != len(theirs):
            return math.inf
        return max((distance(a, b) for a, b in zip(ours, theirs)), default=0)
    if isinstance(theirs, float) and isinstance(ours, (int, float)):
        return abs(ours - theirs) / max(1, abs(ours))
    return 0 if ours == theirs else math.inf


def check_onnx_answers(url, data):
    for name, body, question in [*forecasts(), *others()]:
        name = "onnx-" + name
        train(url, {"model": name, **SMALL, **body})
        path = os.path.join(data, name + ".onnx")
        with open(path, "wb") as file:
            file.write(call(f"{url}/models/{name}/versions/1/onnx", raw=True))
        ours = call(url + "/predict", {"model": name, **question})["predictions"][0]
        theirs = predict(path, question)
        worst = distance(ours, theirs)
        # A count that is drawn may be another one by rounding.
        limit = 2e-2 if "counts" in name else 1e-5
        if worst > limit:
            failures.append(name)
        print(f"{'ok  ' if worst <= limit else 'FAIL'} {name} from its file alone: {worst:.1e} (at most {limit:.0e})")
        if worst > limit:
            print(json.dumps(ours)[:300], json.dumps(theirs)[:300], sep="\n")
        described = Network(path).session
        shape = described.get_inputs()[0].shape
        if len(shape) == 3:
            texts = json.loads(described.get_modelmeta().custom_metadata_map["rondo.inputs"])
            assert len(texts) == shape[2], (texts, shape)
