"""Watches a series as it comes: each number on standard input is a step of a session, whose answer tells what was
expected, how surprising the number is, and whether that is an alarm. Standard library alone.

    python3 Examples/watch.py MODEL [--url http://127.0.0.1:8080] [--rate 0.001] [--horizon 3] < numbers
"""
import argparse, json, sys, urllib.error, urllib.request

parser = argparse.ArgumentParser()
parser.add_argument("model")
parser.add_argument("--url", default="http://127.0.0.1:8080")
parser.add_argument("--rate", type=float, default=0.001, help="share of usual values that may be alarms")
parser.add_argument("--horizon", type=int, help="steps to forecast after each number")
options = parser.parse_args()


def post(path, body, key=None):
    headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
    request = urllib.request.Request(options.url + path, json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        sys.exit(json.load(error)["detail"])


session = post("/sessions", {"model": options.model})["id"]
print("session", session, file=sys.stderr)
asked = {"false_alarm_rate": options.rate} | ({"horizon": options.horizon} if options.horizon else {})
for number, line in enumerate(sys.stdin):
    value = float(line) if line.strip() else None
    # With a key of its own a step may be sent again when an answer was lost: it is not read twice.
    answer = post(f"/sessions/{session}/step", {"sequence": [value]} | asked, key=f"{session}-{number}")
    for prediction in answer["predictions"]:
        for seen in prediction.get("observed", []):
            alarm = "  ALARM" if seen["anomaly"] else ""
            print(f"{seen['step']}: {value}, expected {seen['expected']}, surprise {seen['surprise']}{alarm}")
        if "mean" in prediction:
            print("    then", prediction["mean"])
