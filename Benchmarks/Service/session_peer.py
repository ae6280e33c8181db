"""What a user would build in place of sessions: FastAPI and uvicorn, the network in ONNX Runtime or PyTorch, states in
a dict. `sessions.py` starts it.

    python3 session_peer.py onnx|torch MODEL.onnx|WEIGHTS.safetensors MODEL.json PORT

A step reads one text, symbol by symbol, and answers the most probable next symbol. States are in memory alone.
"""
import json, struct, sys, uuid

import numpy as np
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

kind, path, description, port = sys.argv[1:5]
tokens = json.load(open(description))["description"]["vocabulary"]["tokens"]
index = {token: number for number, token in enumerate(tokens)}


class OnnxNetwork:
    def __init__(self):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        inputs = self.session.get_inputs()
        self.reads = inputs[0].name
        self.shapes = {v.name: (v.shape[0], v.shape[2]) for v in inputs if v.name[:3] in ("h0_", "c0_")}
        self.after = [name[0] + "n" + name[2:] for name in self.shapes]

    def begin(self):
        return {name: np.zeros((d, 1, h), np.float32) for name, (d, h) in self.shapes.items()}

    def step(self, state, token):
        feed = {self.reads: np.array([[token]], np.int64), "sequence_lengths": np.array([1], np.int32)}
        outputs, *states = self.session.run(["output", *self.after], feed | state)
        return int(outputs.reshape(-1).argmax()), dict(zip(self.shapes, states))


class TorchNetwork:
    def __init__(self):
        import torch

        self.torch = torch
        torch.set_num_threads(1)
        data = open(path, "rb").read()
        size = struct.unpack("<Q", data[:8])[0]
        header = json.loads(data[8 : 8 + size])
        tensors = {}
        for name, entry in header.items():
            if name != "__metadata__":
                begin, end = entry["data_offsets"]
                values = np.frombuffer(data[8 + size + begin : 8 + size + end], np.float32)
                tensors[name] = torch.from_numpy(values.reshape(entry["shape"]).copy())
        recurrent = {name.split(".")[-1]: t for name, t in tensors.items() if "_l" in name}
        layers = 1 + max(int(name.rsplit("_l", 1)[1]) for name in recurrent)
        hidden, inputs = recurrent["weight_hh_l0"].shape[1], recurrent["weight_ih_l0"].shape[1]
        self.lstm = torch.nn.LSTM(inputs, hidden, layers)
        self.lstm.load_state_dict(recurrent)
        self.embedding = next(t for name, t in tensors.items() if "embedding" in name)
        self.weight = next(t for name, t in tensors.items() if name.endswith("head.weight"))
        self.bias = next(t for name, t in tensors.items() if name.endswith("head.bias"))
        self.size = (layers, 1, hidden)

    def begin(self):
        return self.torch.zeros(self.size), self.torch.zeros(self.size)

    def step(self, state, token):
        with self.torch.inference_mode():
            output, state = self.lstm(self.embedding[token].view(1, 1, -1), state)
            return int((self.weight @ output.view(-1) + self.bias).argmax()), state


network = OnnxNetwork() if kind == "onnx" else TorchNetwork()
sessions = {}
app = FastAPI()


class Step(BaseModel):
    prompt: str


class Prediction(BaseModel):
    prompt: str
    max_tokens: int = 1


@app.post("/sessions", status_code=201)
async def create():
    id = uuid.uuid4().hex
    sessions[id] = network.begin()
    return {"id": id}


@app.post("/sessions/{id}/step")
async def step(id: str, request: Step):
    state, best = sessions[id], 0
    for symbol in request.prompt:
        best, state = network.step(state, index[symbol])
    sessions[id] = state
    return {"session": id, "predictions": [{"text": tokens[best]}]}


@app.post("/predict")
async def predict(request: Prediction):
    state, best, text = network.begin(), 0, ""
    for symbol in request.prompt:
        best, state = network.step(state, index[symbol])
    for _ in range(request.max_tokens):
        text += tokens[best]
        best, state = network.step(state, best)
    return {"predictions": [{"text": text}]}


uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning", access_log=False)
