"""Networks made in PyTorch, and in Keras's layout with Keras's equations, are imported and must predict the same."""
import json, os, urllib.error, urllib.parse, urllib.request

import numpy as np
import torch
from frameworks import call, compare
from safetensors.torch import save


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


def check_unbiased(url, cell, bidirectional, projection):
    """bias=False and proj_size, with a counter and a flag beside the weights, in 32 and in 64 bits."""
    torch.manual_seed(2)
    kind = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "rnn": torch.nn.RNN}[cell]
    extra = {"proj_size": projection} if projection else {}
    recurrent = kind(3, 9, 2, batch_first=True, bidirectional=bidirectional, bias=False, **extra).double()
    head = torch.nn.Linear((projection or 9) * (2 if bidirectional else 1), 2, bias=False).double()
    x = torch.randn(7, 3)
    state = recurrent(x[None].double())[1]
    state = state[0] if isinstance(state, tuple) else state
    theirs = head(torch.cat(list(state[-2:] if bidirectional else state[-1:]), dim=1))[0]
    weights = {f"rnn.{k}": v for k, v in recurrent.state_dict().items()} | {"fc.weight": head.weight.detach()}
    beside = {"bn.num_batches_tracked": torch.tensor(7), "mask": torch.tensor([True, False])}
    for bits, tensors in (32, {k: v.float() for k, v in weights.items()}), (64, weights):
        name = f"unbiased-{cell}-{int(bidirectional)}-{projection}-{bits}"
        put(url, name, tensors | beside, {"task": "regression", "names": {k: None for k in beside}})
        ours = call(url + "/predict", {"model": name, "sequence": x.tolist()})["predictions"][0]["value"]
        compare(f"imported {name}", torch.tensor(ours), theirs.detach().float(), 1e-5)
        verdict = call(f"{url}/models/{name}/versions/1")["verdict"]
        assert ("rounded to 32 bits" in verdict) == (bits == 64), verdict
        body = call(f"{url}/models/{name}/versions/1/weights", raw=True)
        copy(url, name + "-copy", body)
        again = call(url + "/predict", {"model": name + "-copy", "sequence": x.tolist()})["predictions"][0]["value"]
        assert again == ours, (again, ours)


def copy(url, name, body):
    """Imports an export as it is."""
    with urllib.request.urlopen(sent(f"{url}/models/{name}/versions", body)) as answer:
        assert answer.status == 201


def sent(place, body):
    request = urllib.request.Request(place, data=body, method="PUT")
    request.add_header("Content-Type", "application/octet-stream")
    return request


def check_foreign_files(url, data):
    """What torch.save and numpy write is recognised, and the lines in the error make a file that is imported."""
    network = torch.nn.ModuleDict({"rnn": torch.nn.LSTM(1, 4), "fc": torch.nn.Linear(4, 1)})
    state = network.state_dict()
    torch.save(state, os.path.join(data, "model.pt"))
    torch.save(state, os.path.join(data, "legacy.pt"), _use_new_zipfile_serialization=False)
    np.savez(os.path.join(data, "model.npz"), **{k: v.numpy() for k, v in state.items()})
    for name, word in ("model.pt", "torch.save"), ("legacy.pt", "torch.save"), ("model.npz", "NumPy"):
        with open(os.path.join(data, name), "rb") as file:
            body = file.read()
        try:
            urllib.request.urlopen(sent(f"{url}/models/foreign/versions", body))
            raise AssertionError(name + " was accepted")
        except urllib.error.HTTPError as error:
            problem = json.load(error)
        assert problem["status"] == 400 and word in problem["detail"], problem
        here = os.getcwd()
        os.chdir(data)
        try:
            exec("\n".join(problem["detail"].split("\n")[1:4]), {})
        finally:
            os.chdir(here)
        settings = urllib.parse.quote(json.dumps({"task": "regression"}))
        with open(os.path.join(data, "model.safetensors"), "rb") as file:
            request = sent(f"{url}/models/foreign/versions?settings={settings}", file.read())
        with urllib.request.urlopen(request) as answer:
            assert answer.status == 201
    print("ok   files of torch.save and NumPy are recognised, and their remedies work")


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
