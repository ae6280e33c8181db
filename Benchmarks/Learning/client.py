"""The few requests that the learning benchmarks make of a running server."""
import json, time, urllib.error, urllib.request


def call(url, path, body=None):
    data = None if body is None else json.dumps(body, separators=(",", ":")).encode()
    request = urllib.request.Request(url + path, data=data, headers={"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read())
    except urllib.error.HTTPError as error:
        raise SystemExit(f"{error.code} {error.read().decode()}")


def train(url, body):
    """Queues a job and waits for its end; returns the job and its events of type metrics.

    The version takes the label, so that the plain name is the one that was trained last."""
    job = call(url, "/train", {"promote": "always"} | body)
    while job["status"] in ("queued", "running"):
        time.sleep(0.1)
        job = call(url, "/jobs/" + job["id"])
    if job["status"] != "succeeded":
        raise SystemExit(f"{job['status']}: {json.dumps(job['error'])}")
    with urllib.request.urlopen(f"{url}/jobs/{job['id']}/events") as answer:
        events = [json.loads(line) for line in answer if line.strip()]
    return job, [event for event in events if event.get("type") == "metrics"]


def timed(options, request):
    """Trains with the seconds, seed and epochs of the options; returns the job, its events of type metrics and the
    seconds it took."""
    training = request.setdefault("training", {})
    training |= {"max_seconds": options.seconds, "seed": options.seed}
    if options.epochs:
        training["epochs"] = options.epochs
    began = time.time()
    job, metrics = train(options.url, request)
    return job, metrics, time.time() - began


def predict(url, model, sequences, part=100, **fields):
    answers = []
    for start in range(0, len(sequences), part):
        answers += call(url, "/predict", {"model": model, "sequences": sequences[start : start + part], **fields})[
            "predictions"
        ]
    return answers
