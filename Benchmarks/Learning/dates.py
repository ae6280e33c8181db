"""Date normalisation against a running server: "3 March 2021", "Mar 3rd, 2021", "03.03.21" … become "2021-03-03".

    python3 Benchmarks/Learning/dates.py --url http://127.0.0.1:8080 [--attention none] [--pairs 10000] [--defaults] ...

Pairs are drawn from many formats over 1950 to 2049, without repeats; none of the fresh ones is among those learned.
Prints the share answered exactly, the seconds of training, and some answers that are wrong. Numeric dates are day first
with dots and month first with slashes, so that each has one reading.
"""
import argparse, datetime, json, random
from client import predict, timed

parser = argparse.ArgumentParser()
parser.add_argument("--url", default="http://127.0.0.1:8080")
parser.add_argument("--pairs", type=int, default=10000)
parser.add_argument("--attention", default="bahdanau")
parser.add_argument("--seconds", type=float, default=300)
parser.add_argument("--epochs", type=int)
parser.add_argument("--hidden", type=int)
parser.add_argument("--beam", type=int, default=1)
parser.add_argument("--seed", type=int, default=1)
options = parser.parse_args()
draw = random.Random(options.seed)
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def ordinal(day):
    return f"{day}" + ("th" if 11 <= day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th"))


def written(date):
    day, month, year = date.day, MONTHS[date.month - 1], date.year
    short, weekday = month[:3], DAYS[date.weekday()]
    return draw.choice(
        [
            f"{day} {month} {year}",
            f"{day} {short} {year}",
            f"{month} {day}, {year}",
            f"{short} {ordinal(day)}, {year}",
            f"{ordinal(day)} of {month} {year}",
            f"{weekday}, {day} {month} {year}",
            f"{weekday[:3]} {short} {day} {year}",
            f"{day:02}.{date.month:02}.{year}",
            f"{day}.{date.month}.{year % 100:02}",
            f"{date.month}/{day}/{year}",
            f"{date.month:02}/{day:02}/{year % 100:02}",
            f"{year}/{date.month:02}/{day:02}",
            f"{year}{date.month:02}{day:02}",
            f"{day}-{short.upper()}-{year}",
            f"{month.lower()} {day} {year}",
            f"{day} {short.lower()} '{year % 100:02}",
            f"the {ordinal(day)} of {month}, {year}",
            f"{short}. {day}, {year}",
        ]
    )


def pairs(count, seen):
    first, result = datetime.date(1950, 1, 1), []
    while len(result) < count:
        date = first + datetime.timedelta(days=draw.randrange(36524))
        text = written(date)
        if text not in seen:
            seen.add(text)
            result.append((text, date.isoformat()))
    return result


seen = set()
known, fresh = pairs(options.pairs, seen), pairs(1000, seen)
name = f"dates-{options.attention}"
request = {"model": name, "task": "sequence_to_sequence", "sequences": [{"input": x, "target": y} for x, y in known]}
if options.attention != "bahdanau":
    request["network"] = {"attention": options.attention}
if options.hidden:
    request.setdefault("network", {})["hidden"] = options.hidden
job, metrics, seconds = timed(options, request)
extra = {"beam_width": options.beam} if options.beam > 1 else {}
answers = [p["output"] for p in predict(options.url, name, [x for x, _ in fresh], **extra)]
wrong = [(x, y, a) for (x, y), a in zip(fresh, answers) if a != y]
print(json.dumps({"attention": options.attention, "pairs": options.pairs, "exact_match": 1 - len(wrong) / len(fresh),
                  "seconds": round(seconds), "epochs": job["progress"]["epoch"], "validation": job["result"]["metrics"],
                  "verdict": job["result"]["verdict"], "wrong": wrong[:3]}))
