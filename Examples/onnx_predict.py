"""Predicts from an ONNX file of Rondo, through ONNX Runtime and with nothing but what the file says of itself. The
answers are Rondo's own, up to the rounding of 32-bit numbers.

    curl localhost:8080/models/airline/versions/1/onnx -o airline.onnx
    python3 Examples/onnx_predict.py airline.onnx '{"sequence": [112, 118, 132, 129, 121], "horizon": 3}'

Fields as in POST /predict: sequence; of a forecast horizon, quantiles, seed; of a language model max_tokens (the most
probable token each time, as with temperature 0), or score. Needs numpy and onnxruntime. docs/onnx.md has the
formulas.
"""
import json, sys, unicodedata

import numpy as np
import onnxruntime
from onnx_forecast import forecast


class Network:
    """The graph, whose states go on from call to call."""

    def __init__(self, path):
        self.session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        metadata = self.session.get_modelmeta().custom_metadata_map
        self.settings = json.loads(metadata["rondo.settings"])
        self.input_count = len(json.loads(metadata["rondo.inputs"]))
        inputs = self.session.get_inputs()
        self.reads = inputs[0].name
        self.shapes = {v.name: (v.shape[0], v.shape[2]) for v in inputs if v.name[:3] in ("h0_", "c0_")}
        self.states = None

    def begin(self, rows):
        self.states = {name: np.zeros((d, rows, h), np.float32) for name, (d, h) in self.shapes.items()}

    def repeat(self, rows):
        self.states = {name: np.repeat(state, rows, axis=1) for name, state in self.states.items()}

    def read(self, steps):
        """[T, B, I] numbers, or [T, B] tokens -> the outputs."""
        steps = np.asarray(steps, np.int64 if self.reads == "tokens" else np.float32)
        feed = {self.reads: steps, "sequence_lengths": np.full(steps.shape[1], steps.shape[0], np.int32)}
        after = [name[0] + "n" + name[2:] for name in self.states]
        outputs, *states = self.session.run(["output", *after], feed | self.states)
        self.states = dict(zip(self.states, states))
        return outputs


# Tokens


def words(text):
    """Runs of letters and digits (with apostrophes inside) and single other marks, each with one blank before it if
    there is one."""
    def is_word(c):
        return c.isalpha() or c == "_" or unicodedata.numeric(c, None) is not None or unicodedata.category(c) == "Mn"

    result, current, in_word = [], "", False
    for c in text:
        if is_word(c) or (c == "'" and in_word):
            if not in_word and current and current[-1] != " ":
                result.append(current)
                current = ""
            current, in_word = current + c, True
        elif c == " ":
            if current:
                result.append(current)
            current, in_word = c, False
        else:
            if current and (in_word or c.isspace()):
                result.append(current)
                current = ""
            result.append(current + c)
            current, in_word = "", False
    return result + [current] if current else result


def special(settings, name):
    """The index of end_token or unknown_token: the last with that text."""
    if name not in settings:
        return None
    tokens = settings["vocabulary"]
    return len(tokens) - 1 - tokens[::-1].index(settings[name])


def encode(settings, sequence):
    """Indices of a text's or an array's tokens."""
    unit = settings["tokens"]
    if unit == "bytes":
        return list(sequence.encode())
    unknown, end = special(settings, "unknown_token"), special(settings, "end_token")
    places = {t: i for i, t in enumerate(settings["vocabulary"]) if i not in (unknown, end)}
    pieces = words(sequence) if unit == "words" else list(sequence)
    if settings.get("unknown") == "skip":
        return [places[piece] for piece in pieces if piece in places]
    return [places[piece] if unknown is None else places.get(piece, unknown) for piece in pieces]


# Tasks that read a whole sequence


def supervised_inputs(network, sequence):
    settings = network.settings
    if network.reads == "tokens":
        return np.array(encode(settings, sequence))[:, None]
    scaling, channels = settings["channel_scaling"], settings["channels"]
    x = np.array([[np.nan if v is None else v for v in np.atleast_1d(step)] for step in sequence], np.float64)
    x = x.reshape(-1, channels)
    scaled = np.clip((x - scaling["mean"]) / scaling["deviation"], -30, 30)
    columns = [np.nan_to_num(scaled)] + ([np.isnan(x)] if scaling["indicators"] else [])
    return np.concatenate(columns, axis=1)[:, None]


def softmax(logits):
    e = np.exp(logits - logits.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def whole(network, request):
    settings = network.settings
    inputs = supervised_inputs(network, request["sequence"])
    if settings["task"] != "tagging":
        inputs = inputs[-settings["window"]:]
    network.begin(1)
    outputs = network.read(inputs)
    if settings["task"] == "regression":
        scaling = settings["target_scaling"]
        values = (outputs[0].astype(np.float64) * scaling["deviation"] + scaling["mean"]).tolist()
        return {"value": values[0] if len(values) == 1 else values}
    labels = settings["labels"]
    if settings["task"] == "tagging":
        p = softmax(outputs[:, 0])
        return {"labels": [labels[i] for i in p.argmax(1)], "probabilities": p.max(1).tolist()}
    p = softmax(outputs[0])
    return {"label": labels[p.argmax()], "probabilities": dict(zip(labels, p.tolist()))}


# Language models


def language_model(network, request):
    settings, tokens = network.settings, network.settings["vocabulary"]
    end, unknown = special(settings, "end_token"), special(settings, "unknown_token")
    prompt = encode(settings, request.get("sequence", request.get("prompt", "")))
    context = ([] if end is None else [end]) + prompt
    if not context:
        context = [next((tokens.index(t) for t in ("\n", " ", ".") if t in tokens), 0)]
    network.begin(1)
    if request.get("score"):
        logits = network.read(np.array(context[:-1])[:, None])[:, 0].astype(np.float64) if len(context) > 1 else []
        known = [float(np.log(softmax(row))[token]) for row, token in zip(logits, context[1:])]
        return {"tokens": [tokens[i] for i in prompt], "logprobs": [None] * (len(prompt) - len(known)) + known}
    logits = network.read(np.array(context)[:, None])[-1, 0]
    written = []
    while len(written) < request.get("max_tokens", 256):
        if unknown is not None:
            logits[unknown] = -np.inf
        token = int(logits.argmax())
        if token == end:
            break
        written.append(token)
        logits = network.read([[token]])[0, 0]
    texts = [tokens[i] for i in written]
    if settings["tokens"] == "bytes":
        return {"text": bytes(written).decode(errors="replace"), "tokens": texts}
    return {"text": (" " if settings["tokens"] == "symbols" else "").join(texts), "tokens": texts}


def predict(path, request):
    network = Network(path)
    tasks = {"forecast": forecast, "language_model": language_model}
    return tasks.get(network.settings["task"], whole)(network, request)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    print(json.dumps(predict(sys.argv[1], json.loads(sys.argv[2]))))
