"""A prediction service as a user would build it: FastAPI, uvicorn and ONNX Runtime, around a language model that Rondo
has exported.

    python3 peer.py MODEL.onnx PORT
"""

import json
import sys

import numpy
import onnxruntime
import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(sys.argv[1], options, providers=["CPUExecutionProvider"])
settings = json.loads(session.get_modelmeta().custom_metadata_map["rondo.settings"])
vocabulary = settings["vocabulary"]
indices = {token: index for index, token in enumerate(vocabulary)}
end = indices.get(settings.get("end_token"))
outputs = [value.name for value in session.get_outputs()]
states = {
    value.name: numpy.zeros([size if isinstance(size, int) else 1 for size in value.shape], numpy.float32)
    for value in session.get_inputs()
    if value.name.startswith(("h0_", "c0_"))
}
app = FastAPI()


def tokens_of(body):
    """Greedy: each token as soon as it is known."""
    unread = ([] if end is None else [end]) + [indices[symbol] for symbol in body["prompt"]]
    past = states
    for _ in range(body["max_tokens"]):
        feeds = {
            "tokens": numpy.array(unread, numpy.int64).reshape(-1, 1),
            "sequence_lengths": numpy.array([len(unread)], numpy.int32),
            **past,
        }
        answer = dict(zip(outputs, session.run(None, feeds)))
        past = {name: answer[name[0] + "n" + name[2:]] for name in states}
        token = int(answer["output"][-1, 0].argmax())
        if token == end:
            return
        unread = [token]
        yield vocabulary[token]


@app.post("/predict")
def predict(body: dict):
    if body.get("stream"):
        return StreamingResponse(
            (json.dumps({"token": token}) + "\n" for token in tokens_of(body)), media_type="application/x-ndjson"
        )
    return {"text": "".join(tokens_of(body))}


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="warning")
