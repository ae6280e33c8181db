"""Trains small models with the real binary, exports them, and compares Rondo's answers with PyTorch (safetensors into
nn.LSTM, nn.GRU, nn.RNN) and ONNX Runtime (the exported graph). Then the other way: networks made in PyTorch, and in
Keras's layout with Keras's equations, are imported and must predict the same.

    python3 Tests/Interchange/check_frameworks.py [path to rondo]

Needs torch, safetensors and onnxruntime, in a throw-away environment; says so and stops where one is missing.
"""
import json, os, re, subprocess, sys, tempfile, time, urllib.parse, urllib.request

try:
    import numpy as np
    import onnxruntime
    import torch
    from safetensors.torch import load_file, save
except ImportError as missing:
    print(f"skipped: {missing.name} is not installed")
    sys.exit(0)

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BINARY = sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, ".build/release/rondo")
WORDS = ["anna", "bert", "carola", "dieter", "emilia", "fritz", "gudrun", "hans", "irmgard", "jan"]
failures = 0


def call(url, body=None, raw=False):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, headers={"Content-Type": "application/json"} if data else {})
    with urllib.request.urlopen(request) as answer:
        content = answer.read()
    return content if raw else json.loads(content)


def train(url, body):
    job = call(url + "/train", body)
    while job["status"] in ("queued", "running"):
        time.sleep(0.05)
        job = call(f"{url}/jobs/{job['id']}")
    assert job["status"] == "succeeded", job["error"]


def torch_network(network, tensors):
    kind = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "rnn": torch.nn.RNN}[network["cell"]]
    extra = {"nonlinearity": network["activation"]} if network["cell"] == "rnn" else {}
    if network.get("projection"):
        extra["proj_size"] = network["projection"]
    width = tensors["rnn.weight_ih_l0"].shape[1]
    rnn = kind(width, network["hidden"], num_layers=network["layers"], bidirectional=network["bidirectional"], **extra)
    rnn.load_state_dict({k[4:]: v for k, v in tensors.items() if k.startswith("rnn.")})
    return rnn


def torch_outputs(network, tensors, x, lengths, h0=None):
    """x [T, B, I] or [T, B] of symbols -> head outputs, and nothing else of Rondo's."""
    if "embedding.weight" in tensors:
        x = tensors["embedding.weight"][x]
    packed = torch.nn.utils.rnn.pack_padded_sequence(x, lengths, enforce_sorted=False)
    h, state = torch_network(network, tensors)(packed)
    if network["readout"] == "lastStep":
        state = state[0] if isinstance(state, tuple) else state
        top = state[-2:] if network["bidirectional"] else state[-1:]
        features = torch.cat(list(top), dim=1)
    else:
        features, _ = torch.nn.utils.rnn.pad_packed_sequence(h)
    head = tensors.get("head.weight", tensors.get("embedding.weight"))
    return features @ head.T + tensors["head.bias"]


def onnx_outputs(path, network, x, lengths):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    directions = 2 if network["bidirectional"] else 1
    state = np.zeros((directions, len(lengths), network["hidden"]), np.float32)
    feed = {"sequence_lengths": np.array(lengths, np.int32)}
    for value in session.get_inputs():
        if value.name[:3] in ("h0_", "c0_"):
            feed[value.name] = state
    feed["tokens" if x.dtype == torch.int64 else "input"] = x.numpy()
    return torch.tensor(session.run(["output"], feed)[0])


def compare(what, a, b, tolerance):
    global failures
    worst = (a - b).abs().max().item()
    ok = worst <= tolerance
    failures += not ok
    print(f"{'ok  ' if ok else 'FAIL'} {what}: worst difference {worst:.2e} (at most {tolerance:.0e})")


def exported(url, data, name):
    version = os.path.join(data, "models", name, "1")
    with open(os.path.join(version, "model.json")) as file:
        model = json.load(file)["model"]
    paths = []
    for kind, suffix in (("weights", "safetensors"), ("onnx", "onnx")):
        path = os.path.join(data, f"{name}.{suffix}")
        with open(path, "wb") as file:
            file.write(call(f"{url}/models/{name}/versions/1/{kind}", raw=True))
        paths.append(path)
    return model, load_file(paths[0]), paths[1]


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


def put(url, name, tensors, settings, in_file=False):
    body = save(tensors, {"rondo.settings": json.dumps(settings)} if in_file else None)
    query = "" if in_file else "?settings=" + urllib.parse.quote(json.dumps(settings))
    request = urllib.request.Request(f"{url}/models/{name}/versions{query}", data=body, method="PUT")
    request.add_header("Content-Type", "application/octet-stream")
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 201 and answer.headers["Location"] == f"/models/{name}/versions/1"


class Network(torch.nn.Module):
    """As people write it: an embedding or numbers, a recurrent module under some name, one linear layer under some
    name."""

    def __init__(
        self, cell, rnn_name, head_name, emb_name, inputs, hidden, layers, bidirectional, outputs, vocabulary=0
    ):
        super().__init__()
        if vocabulary:
            setattr(self, emb_name, torch.nn.Embedding(vocabulary, inputs))
        kind = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "rnn": torch.nn.RNN}[cell]
        setattr(self, rnn_name, kind(inputs, hidden, layers, batch_first=True, bidirectional=bidirectional))
        setattr(self, head_name, torch.nn.Linear(hidden * (2 if bidirectional else 1), outputs))
        self.parts = (rnn_name, head_name, emb_name if vocabulary else None, bidirectional)

    def forward(self, x, every_step=False):
        rnn, head, emb, bidirectional = self.parts
        h, state = getattr(self, rnn)(getattr(self, emb)(x) if emb else x)
        state = state[0] if isinstance(state, tuple) else state
        return getattr(self, head)(
            h if every_step else torch.cat(list(state[-2:] if bidirectional else state[-1:]), dim=1)
        )


def check_import(url, cell, rnn_name, head_name, emb_name, layers, bidirectional):
    torch.manual_seed(layers)
    name, letters = f"from-{cell}-{layers}-{int(bidirectional)}", list("<abcdefgh>")
    network = Network(
        cell, rnn_name, head_name, emb_name, 6, 17, layers, bidirectional, 3, vocabulary=len(letters)
    ).eval()
    put(
        url,
        name,
        network.state_dict(),
        {"task": "classification", "vocabulary": letters, "labels": ["x", "y", "z"]},
        in_file=layers == 2,
    )
    words = ["abba", "hag", "<feed>", "c"]
    answers = call(url + "/predict", {"model": name, "sequences": words})["predictions"]
    ours = torch.tensor([[a["probabilities"][k] for k in "xyz"] for a in answers])
    theirs = torch.cat([network(torch.tensor([[letters.index(c) for c in w]])).softmax(1) for w in words])
    compare(
        f"imported {cell}, {layers} layers, {'two directions' if bidirectional else 'one direction'}",
        ours,
        theirs.detach(),
        1e-5,
    )

    network = Network(cell, rnn_name, head_name, emb_name, 2, 17, layers, bidirectional, 2).eval()
    settings = {"task": "regression", "channel_scaling": {"mean": [3, -1], "deviation": [2, 0.5], "indicators": False},
                "target_scaling": {"mean": [10, 0], "deviation": [4, 1], "indicators": False}}
    put(url, name + "-values", network.state_dict(), settings)
    x = torch.randn(9, 2) * torch.tensor([2, 0.5]) + torch.tensor([3.0, -1])
    answer = call(url + "/predict", {"model": name + "-values", "sequence": x.tolist()})["predictions"][0]["value"]
    theirs = network(((x - torch.tensor([3.0, -1])) / torch.tensor([2, 0.5]))[None])[0] * torch.tensor(
        [4.0, 1]
    ) + torch.tensor([10.0, 0])
    compare(f"imported {name}, regression", torch.tensor(answer), theirs.detach(), 1e-5)

    network = Network(cell, rnn_name, head_name, emb_name, 2, 17, layers, bidirectional, 3).eval()
    put(url, name + "-tags", network.state_dict(), {"task": "tagging", "labels": ["x", "y", "z"]})
    answer = call(url + "/predict", {"model": name + "-tags", "sequence": x.clamp(-3, 3).tolist()})["predictions"][0]
    best = network(x.clamp(-3, 3)[None], every_step=True)[0].softmax(1).max(1)
    assert answer["labels"] == ["xyz"[i] for i in best.indices]
    compare(f"imported {name}, tagging", torch.tensor(answer["probabilities"]), best.values.detach(), 1e-5)


def check_imported_language_model(url):
    torch.manual_seed(1)
    letters = list("abcdefgh ")
    network = Network(
        "lstm", "rnn", "decoder", "encoder", 12, 12, 2, False, len(letters), vocabulary=len(letters)
    ).eval()
    network.decoder.weight = network.encoder.weight
    state = {k: v.clone() for k, v in network.state_dict().items()}
    put(
        url,
        "imported-text",
        state,
        {"task": "language_model", "vocabulary": letters, "network": {"weight_tying": True}},
    )
    text = "bad cab feed a bee"
    ours = call(url + "/predict", {"model": "imported-text", "sequence": text, "score": True})["predictions"][0][
        "logprobs"
    ]
    x = torch.tensor([[letters.index(c) for c in text]])
    theirs = network(x[:, :-1], every_step=True)[0].log_softmax(1).gather(1, x[0, 1:, None]).squeeze(1)
    compare("imported tied language model", torch.tensor(ours[-len(theirs):]), theirs.detach(), 1e-5)


def keras_state(cell, kernel, recurrent, bias, x):
    """The last state of a Keras layer by its documented equations. x [T, I]"""
    sigmoid = lambda v: 1 / (1 + np.exp(-v))
    h = c = np.zeros(recurrent.shape[0])
    for step in x:
        if cell == "lstm":
            i, f, g, o = np.split(step @ kernel + h @ recurrent + bias, 4)
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            h = sigmoid(o) * np.tanh(c)
        else:
            xz, xr, xh = np.split(step @ kernel + bias[0], 3)
            hz, hr, hh = np.split(h @ recurrent + bias[1], 3)
            z = sigmoid(xz + hz)
            h = z * h + (1 - z) * np.tanh(xh + sigmoid(xr + hr) * hh)
    return h


def check_keras(url, cell):
    random = np.random.default_rng(7)
    gates = 4 if cell == "lstm" else 3
    draw = lambda *shape: random.normal(0, 0.4, shape).astype(np.float32)
    weights = {
        f"sequential/{cell}/{cell}_cell/kernel": draw(2, gates * 11),
        f"sequential/{cell}/{cell}_cell/recurrent_kernel": draw(11, gates * 11),
        f"sequential/{cell}/{cell}_cell/bias": draw(gates * 11) if cell == "lstm" else draw(2, gates * 11),
        "sequential/dense/kernel": draw(11, 3),
        "sequential/dense/bias": draw(3),
    }
    put(
        url,
        "keras-" + cell,
        {k: torch.tensor(v) for k, v in weights.items()},
        {"task": "regression", "gate_order": "keras"},
    )
    x = draw(13, 2)
    kernel, recurrent, bias, dense, offset = (v.astype(np.float64) for v in weights.values())
    theirs = keras_state(cell, kernel, recurrent, bias, x.astype(np.float64)) @ dense + offset
    ours = call(url + "/predict", {"model": "keras-" + cell, "sequence": x.tolist()})["predictions"][0]["value"]
    compare(f"imported Keras {cell} against its equations", torch.tensor(ours), torch.tensor(theirs), 1e-5)


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
        for cell in ("lstm", "gru"):
            check_keras(url, cell)
    finally:
        server.terminate()
        server.wait()
print(f"{failures} failed" if failures else "all agree")
sys.exit(1 if failures else 0)
