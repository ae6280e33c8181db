"""Convex hulls by pointer networks (Vinyals, Fortunato & Jaitly 2015, section 4.2) against a running server.

    python3 Benchmarks/Learning/hull.py --url http://127.0.0.1:8080 --points 5 [--pairs 50000] [--seconds 300] \
        [--beam 1] ...
    python3 Benchmarks/Learning/hull.py --url http://127.0.0.1:8080 --points 10 --pairs 100000 --epochs 12 \
        --seconds 1200

Points are uniform in the unit square; the answer is the hull counter-clockwise from the point of the lowest index. An
answer is exact when it is the same polygon; its area coverage is the area of the intersection with the hull over that
of the hull, here the answer's own area (its points are the hull's or inside), 0 when its sides cross. Prints both at
the size trained on and at twice of it.
"""
import argparse, json, random
from client import predict, timed

parser = argparse.ArgumentParser()
parser.add_argument("--url", default="http://127.0.0.1:8080")
parser.add_argument("--points", type=int, default=5)
parser.add_argument("--pairs", type=int, default=50000)
parser.add_argument("--epochs", type=int)
parser.add_argument("--seconds", type=float, default=300)
parser.add_argument("--beam", type=int, default=1)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--set", default="{}", help="network settings as JSON")
options = parser.parse_args()
draw = random.Random(options.seed)


def cross(o, a, b):
    return (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])


def hull(points):
    """Andrew's monotone chain, counter-clockwise, from the lowest index."""
    order = sorted(range(len(points)), key=lambda i: points[i])
    def chain(indices):
        side = []
        for i in indices:
            while len(side) > 1 and cross(points[side[-2]], points[side[-1]], points[i]) <= 0:
                side.pop()
            side.append(i)
        return side[:-1]
    ring = chain(order) + chain(order[::-1])
    start = ring.index(min(ring))
    return ring[start:] + ring[:start]


def area(points, ring):
    return sum(points[a][0] * points[b][1] - points[b][0] * points[a][1] for a, b in zip(ring, ring[1:] + ring[:1])) / 2


def is_simple(points, ring):
    sides = list(zip(ring, ring[1:] + ring[:1]))
    for i, (a, b) in enumerate(sides):
        for c, d in sides[i + 1:]:
            if (
                len({a, b, c, d}) == 4
                and cross(points[a], points[b], points[c]) * cross(points[a], points[b], points[d]) < 0
                and cross(points[c], points[d], points[a]) * cross(points[c], points[d], points[b]) < 0
            ):
                return False
    return True


def example(count):
    points = [[round(draw.random(), 4), round(draw.random(), 4)] for _ in range(count)]
    return points, hull(points)


name = f"hull-{options.points}"
request = {"model": name, "task": "pointer",
           "sequences": [dict(zip(("input", "target"), example(options.points))) for _ in range(options.pairs)],
           "network": json.loads(options.set)}
job, metrics, seconds = timed(options, request)


def judge(count):
    fresh = [example(count) for _ in range(1000)]
    fields = {"beam_width": options.beam} if options.beam > 1 else {}
    exact, coverage, crossed = 0, 0.0, 0
    for (points, truth), answer in zip(fresh, predict(options.url, name, [p for p, _ in fresh], **fields)):
        ring = answer["indices"]
        turned = ring[ring.index(min(ring)):] + ring[:ring.index(min(ring))] if ring else []
        exact += turned == truth
        if len(ring) > 2 and is_simple(points, ring):
            coverage += abs(area(points, ring)) / area(points, truth)
        else:
            crossed += 1
    return {
        "exact": exact / len(fresh),
        "area": coverage / max(1, len(fresh) - crossed),
        "invalid": crossed / len(fresh),
    }


print(
    json.dumps(
        {
            "points": options.points,
            "pairs": options.pairs,
            "seconds": round(seconds),
            "epochs": job["progress"]["epoch"],
            "validation": job["result"]["metrics"],
            "same": judge(options.points),
            "twice": judge(2 * options.points),
        }
    )
)
