"""Trains small models with the real binary, exports them, and compares Rondo's answers with PyTorch (safetensors into
nn.LSTM, nn.GRU, nn.RNN) and ONNX Runtime (the exported graph). Then the other way: networks made in PyTorch, and in
Keras's layout with Keras's equations, are imported and must predict the same.

    python3 Tests/Interchange/check_frameworks.py [path to rondo]

Needs torch, safetensors and onnxruntime, in a throw-away environment; says so and stops where one is missing.
"""
import json, os, re, subprocess, sys, tempfile, time

from frameworks import WORDS, call, compare, exported, failures, onnx_outputs, torch_outputs, train
from imports import check_foreign_files, check_import, check_imported_language_model, check_keras, check_unbiased
from onnx_answers import check_onnx_answers
import numpy as np
import torch
from safetensors.torch import load_file

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BINARY = sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, ".build/release/rondo")


def check_classification(url, data, cell, bidirectional, layers):
    name = f"{cell}-{layers}-{'bi' if bidirectional else 'uni'}"
    examples = [{"input": w + "x" * (i % 3), "target": "even" if len(w) % 2 == 0 else "odd"}
                for i in range(6) for w in WORDS]
    train(url, {"model": name, "sequences": examples, "training": {"epochs": 3},
                "network": {"cell": cell, "bidirectional": bidirectional, "layers": layers, "hidden": 24}})
    model, tensors, onnx = exported(url, data, name)
    network, symbols = model["network"], model["vocabulary"]["tokens"]
    lengths = [len(w) for w in WORDS]
    x = torch.zeros(max(lengths), len(WORDS), dtype=torch.int64)
    for b, word in enumerate(WORDS):
        for t, character in enumerate(word):
            x[t, b] = symbols.index(character)
    theirs = torch_outputs(network, tensors, x, lengths)
    answer = call(url + "/predict", {"model": name, "sequences": WORDS, "top": 2})
    ours = torch.tensor([[p["probabilities"][label] for label in model["labels"]] for p in answer["predictions"]])
    compare(f"{name} against PyTorch", ours, theirs.softmax(1), 1e-5)
    compare(f"{name} ONNX Runtime against PyTorch", onnx_outputs(onnx, network, x, lengths), theirs, 1e-4)


def check_language_model(url, data):
    name = "text"
    train(url, {"model": name, "text": " ".join(WORDS * 40), "training": {"epochs": 3},
                "network": {"layers": 2, "hidden": 32}})
    model, tensors, onnx = exported(url, data, name)
    network, symbols = model["network"], model["vocabulary"]["tokens"]
    answer = call(url + "/predict", {"model": name, "prompt": "anna b", "max_tokens": 40, "seed": 3, "logprobs": True})
    generated = answer["predictions"][0]
    whole = ["anna b"[i] for i in range(6)] + generated["tokens"]
    x = torch.tensor([[symbols.index(s)] for s in whole])
    theirs = torch_outputs(network, tensors, x[:-1], [len(whole) - 1])
    logprobs = theirs[5:, 0].log_softmax(1).gather(1, x[6:]).squeeze(1)
    compare("language model's log-probabilities against PyTorch", torch.tensor(generated["logprobs"]), logprobs, 1e-5)
    compare(
        "language model ONNX Runtime against PyTorch",
        onnx_outputs(onnx, network, x[:-1], [len(whole) - 1]),
        theirs,
        1e-4,
    )


def check_cell_options(url, data):
    """A projected LSTM against PyTorch; a GRU whose reset gate acts before the product, which PyTorch lacks, against
    ONNX Runtime."""
    for name, options in [("projected", {"projection": 10}), ("before", {"cell": "gru", "gru_reset": "before"})]:
        train(url, {"model": name, "text": " ".join(WORDS * 40), "training": {"epochs": 3},
                    "network": {"layers": 2, "hidden": 32, **options}})
        answer = call(
            url + "/predict", {"model": name, "prompt": "anna b", "max_tokens": 40, "seed": 3, "logprobs": True}
        )
        generated = answer["predictions"][0]
        version = os.path.join(data, "models", name, "1")
        with open(os.path.join(version, "model.json")) as file:
            model = json.load(file)["model"]
        symbols = model["vocabulary"]["tokens"]
        x = torch.tensor([[symbols.index(s)] for s in list("anna b") + generated["tokens"]])
        if name == "projected":
            path = os.path.join(data, "projected.safetensors")
            with open(path, "wb") as file:
                file.write(call(f"{url}/models/{name}/versions/1/weights", raw=True))
            theirs = torch_outputs(model["network"], load_file(path), x[:-1], [len(x) - 1])
        else:
            theirs = onnx_outputs(exported(url, data, name)[2], model["network"], x[:-1], [len(x) - 1])
        logprobs = theirs[5:, 0].log_softmax(1).gather(1, x[6:]).squeeze(1)
        compare(f"{name}: log-probabilities", torch.tensor(generated["logprobs"]), logprobs, 1e-5)


def check_forecast(url, data):
    name = "series"
    series = [[float(np.sin(t / 3 + s) * 5 + 20 + t * 0.1) for t in range(80)] for s in range(4)]
    train(url, {"model": name, "sequences": series, "training": {"epochs": 3}})
    model, tensors, onnx = exported(url, data, name)
    network = model["network"]
    x = torch.randn(12, 3, network["input"]["numeric"]["channels"])
    theirs = torch_outputs(network, tensors, x, [12, 7, 3])
    ours = onnx_outputs(onnx, network, x, [12, 7, 3])
    for b, length in enumerate([12, 7, 3]):
        compare(
            f"forecast network, length {length}, ONNX Runtime against PyTorch",
            ours[:length, b],
            theirs[:length, b],
            1e-4,
        )


with tempfile.TemporaryDirectory() as data:
    log = open(os.path.join(data, "log"), "w+")
    server = subprocess.Popen([BINARY, "serve", "--port", "0", "--data", data], stderr=log)
    try:
        url = None
        for _ in range(200):
            log.seek(0)
            found = re.search(r"http://[0-9.:]+", log.read())
            if found:
                url = found.group()
                break
            time.sleep(0.02)
        for cell in ("lstm", "gru", "rnn"):
            for bidirectional in (False, True):
                for layers in (1, 2):
                    check_classification(url, data, cell, bidirectional, layers)
        check_language_model(url, data)
        check_forecast(url, data)
        check_cell_options(url, data)
        for cell, names in (
            ("lstm", ("lstm", "fc", "embedding")),
            ("gru", ("gru", "linear", "emb")),
            ("rnn", ("rnn", "head", "encoder")),
        ):
            for bidirectional in (False, True):
                for layers in (1, 2):
                    check_import(url, cell, *names, layers, bidirectional)
        check_imported_language_model(url)
        for cell in ("lstm", "gru", "rnn"):
            for bidirectional in (False, True):
                check_unbiased(url, cell, bidirectional, 0)
        check_unbiased(url, "lstm", False, 5)
        check_unbiased(url, "lstm", True, 5)
        check_foreign_files(url, data)
        check_onnx_answers(url, data)
        for cell in ("lstm", "gru"):
            check_keras(url, cell)
    finally:
        server.terminate()
        server.wait()
print(f"{len(failures)} failed" if failures else "all agree")
sys.exit(1 if failures else 0)
