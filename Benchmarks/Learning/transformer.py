"""A Transformer against an LSTM on one text, with about as many parameters and the same time, on a running server.

    python3 Benchmarks/Learning/transformer.py tinyshakespeare/input.txt --url http://127.0.0.1:8080 --seconds 600

The Transformer is trained with windows of each context, the LSTM once (a state has no context). Epochs are chosen from
a short run so that the schedule of the learning rate ends with the time. Prints by model: parameters, the loss on the
held-back tenth (nats per token; each token judged after at least half a context), tokens learned per second, then for
prompts that fill the context: milliseconds per generated token, bytes of state, multiply-adds of a step, and
milliseconds to read the prompt.
"""
import argparse, datetime
from client import call, train

parser = argparse.ArgumentParser()
parser.add_argument("file")
parser.add_argument("--url", default="http://127.0.0.1:8080")
parser.add_argument("--seconds", type=float, default=600)
parser.add_argument("--characters", type=int, default=0, help="of the text, from its beginning; default all")
parser.add_argument("--contexts", default="256,1024,4096")
parser.add_argument("--layers", type=int, default=4)
parser.add_argument("--hidden", type=int, default=128)
parser.add_argument("--generated", type=int, default=64, help="tokens that a step's time is measured over")
options = parser.parse_args()
contexts = [int(part) for part in options.contexts.split(",")]
with open(options.file, encoding="utf-8") as file:
    text = file.read()
text = text[: options.characters or len(text)]


def plan(network, training):
    body = {"model": "plan", "text": text, "network": network, "training": training}
    return call(options.url, "/train?validate_only=true", body)


def lstm_like(parameters):
    """An LSTM of two layers with about as many parameters."""
    low, high = 8, 2048
    while high - low > 4:
        middle = (low + high) // 2
        if plan({"cell": "lstm", "layers": 2, "hidden": middle}, {})["parameters"] < parameters:
            low = middle
        else:
            high = middle
    return {"cell": "lstm", "layers": 2, "hidden": high}


def rate(job):
    """Tokens learned per second, from the start of the job to its end; its measuring is a part of it."""
    started, finished = (
        datetime.datetime.fromisoformat(job[key].replace("Z", "+00:00")) for key in ("started_at", "finished_at")
    )
    return job["progress"]["tokens"] / max(0.001, (finished - started).total_seconds())


def learn(name, network, training):
    body = {"model": name, "text": text, "network": network}
    short = min(10, options.seconds / 4)
    trial, _ = train(
        options.url, {**body, "model": name + "-trial", "training": {**training, "epochs": 1000, "max_seconds": short}}
    )
    epochs = max(1, round(options.seconds * rate(trial) / (0.9 * len(text))))
    limits = {"epochs": epochs, "max_seconds": options.seconds, "early_stopping": {"patience": 100000}}
    job, _ = train(options.url, {**body, "training": {**training, **limits}})
    return job


def milliseconds(name, prompt, tokens):
    body = {"model": name, "prompt": prompt, "max_tokens": tokens, "seed": 1}
    return min(call(options.url, "/predict", body)["timing"]["compute_ms"] for _ in range(3))


def show(name, job, contexts):
    version = call(options.url, "/models/" + name)["versions"][-1]
    stream = version["stream"]
    print(
        f"{name}: {version['parameters']} parameters, "
        f"validation loss {job['result']['metrics']['validation_loss']:.4f}, "
        f"{rate(job):.0f} tokens/s, {job['progress']['epoch']} of {job['progress']['epochs']} epochs",
        flush=True,
    )
    for context in contexts:
        prompt = text[: max(1, context - options.generated - 1)]
        read = milliseconds(name, prompt, 1)
        step = (milliseconds(name, prompt, options.generated + 1) - read) / options.generated
        spare = (stream["context"] or context) - context
        adds = stream["multiply_adds"] - spare * stream["multiply_adds_per_context_step"]
        state = stream["state_bytes"] - spare * stream["state_bytes_per_step"]
        print(
            f"  context {context}: {step:.3f} ms per token, {state} bytes of state, "
            f"{adds} multiply-adds, prompt read in {read:.1f} ms",
            flush=True,
        )


blocks = {"cell": "transformer", "layers": options.layers, "hidden": options.hidden}
parameters = plan(blocks, {"window": contexts[0]})["parameters"]
network = lstm_like(parameters)
show("lstm", learn("lstm", network, {}), contexts)
for context in contexts:
    training = {"window": context, "batch_size": max(2, 8192 // context)}
    name = f"transformer-{context}"
    show(name, learn(name, blocks, training), [context])
