"""Finds faults in a series: trains on its sound part, and asks how likely each value of the rest is.

    python3 Examples/faults.py [http://127.0.0.1:8080]

The series is generated: hourly values with a season of a day and of a week, and noise. Into its last three weeks come a
spike, a shift of the level, three hours of 0, and a sensor that stands still for twelve hours. A sensor that stands
still says what is likely at first; the alarm comes when the day goes on without it.
"""

import json
import math
import random
import sys
import time
import urllib.request

URL = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080"
LEARNED, WATCHED = 8 * 168, 3 * 168


def call(path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(URL + path, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.loads(answer.read())


def generated(count):
    draw = random.Random(1)
    values, noise = [], 0.0
    for hour in range(count):
        noise = 0.6 * noise + draw.gauss(0, 1)
        day = 10 * math.sin(2 * math.pi * hour / 24)
        weekend = -6 if hour // 24 % 7 >= 5 else 0
        values.append(round(60 + day + weekend + noise, 3))
    return values


values = generated(LEARNED + WATCHED)
faults = {}
values[LEARNED + 60] += 12
faults[LEARNED + 60] = "spike"
for hour in range(LEARNED + 150, len(values)):
    values[hour] += 8
faults[LEARNED + 150] = "shift"
for hour in range(LEARNED + 260, LEARNED + 263):
    values[hour] = 0
faults[LEARNED + 260] = "values of 0"
for hour in range(LEARNED + 390, LEARNED + 402):
    values[hour] = values[LEARNED + 389]
faults[LEARNED + 390] = "stands still"

job = call(
    "/train",
    {"model": "sensor", "sequences": [values[:LEARNED]], "forecast": {"horizon": 24}, "training": {"max_seconds": 60}},
)
while job["status"] in ("queued", "running"):
    time.sleep(0.5)
    job = call("/jobs/" + job["id"])
if job["status"] != "succeeded":
    sys.exit(f"{job['status']}: {job['error']}")
print("trained:", job["result"]["verdict"])

answer = call(
    "/predict",
    {"model": "sensor", "sequence": values, "score": True, "warm_up": LEARNED, "false_alarm_rate": 0.001},
)
score = answer["predictions"][0]
print(
    f"{score['anomalies']} of {score['scored']} values are beyond their limits, {score['threshold']:.1f} at least; "
    f"mean log-likelihood {score['mean_log_likelihood']:.2f}"
)
last = -24
for step, is_anomaly in enumerate(score["anomaly"]):
    # The first alarm of each group is enough: those behind it are its echo, or more of the same.
    if is_anomaly and step - last > 12:
        near = [name for at, name in faults.items() if at <= step < at + 24]
        print(
            f"hour {step}: {values[step]:8.2f}, expected {score['expected'][step]:6.2f}, "
            f"surprise {score['surprise'][step]:5.1f}  {near[-1] if near else ''}"
        )
    last = step if is_anomaly else last
missed = [name for at, name in faults.items() if not any(score["anomaly"][at : at + 24])]
print("missed:", ", ".join(missed) or "nothing")
