"""What the checks against PyTorch and ONNX Runtime share: calls to the server, the networks of the frameworks, and the
comparison of their answers with ours."""
import json, os, sys, time, urllib.request

try:
    import numpy as np
    import onnxruntime
    import torch
    from safetensors.torch import load_file
except ImportError as missing:
    print(f"skipped: {missing.name} is not installed")
    sys.exit(0)
WORDS = ["anna", "bert", "carola", "dieter", "emilia", "fritz", "gudrun", "hans", "irmgard", "jan"]
failures = []


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
    worst = (a - b).abs().max().item()
    ok = worst <= tolerance
    if not ok:
        failures.append(what)
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
