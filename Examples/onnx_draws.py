"""What the outputs of a forecaster mean, and the numbers that Rondo draws from them. For onnx_forecast.py; docs/onnx.md
has the formulas."""
import math
from statistics import NormalDist


class Random:
    """Rondo's random numbers: value i of a stream is a function of seed, stream and i (SplitMix64's finaliser)."""

    MASK = (1 << 64) - 1

    def __init__(self, seed, stream):
        mixed = self.mix(seed) ^ ((stream * 0xD1342543DE82EF95 + 0x2545F4914F6CDD1D) & self.MASK)
        self.key = self.mix(mixed)

    @classmethod
    def mix(cls, value):
        x = (value + 0x9E3779B97F4A7C15) & cls.MASK
        x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & cls.MASK
        x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & cls.MASK
        return x ^ (x >> 31)

    def uniform(self, index):
        return (self.mix(self.mix((self.key + index * 0x9E3779B97F4A7C15) & self.MASK) ^ self.key) >> 11) * 2.0**-53

    def normal(self, index):
        u = 1 - self.uniform(2 * index)
        return math.sqrt(-2 * math.log(u)) * math.cos(2 * math.pi * self.uniform(2 * index + 1))


class Draws:
    """Consecutive numbers of a stream, for a count."""

    def __init__(self, random, first):
        self.random, self.next = random, first

    def uniform(self):
        self.next += 1
        return 1 - self.random.uniform(self.next - 1)

    def normal(self):
        self.next = (self.next + 1) & ~1
        self.next += 2
        return self.random.normal((self.next - 2) // 2)

    def gamma(self, shape):
        """Marsaglia & Tsang 2000."""
        boost = math.exp(math.log(self.uniform()) / shape) if shape < 1 else 1
        d = (shape + 1 if shape < 1 else shape) - 1 / 3
        c = 1 / math.sqrt(9 * d)
        while True:
            x = self.normal()
            root = 1 + c * x
            if root > 0:
                v = root**3
                if math.log(self.uniform()) < x * x / 2 + d - d * v + d * math.log(v):
                    return boost * d * v

    def poisson(self, mean):
        """By inversion below 30, from there by Hörmann's transformed rejection (1993)."""
        if mean < 30:
            count, term, rest = 0, math.exp(-mean), self.uniform()
            while rest > term and count < 1000:
                rest -= term
                count += 1
                term *= mean / count
            return count
        b = 0.931 + 2.53 * math.sqrt(mean)
        a = -0.059 + 0.02483 * b
        inverse, accepted = 1.1239 + 1.1328 / (b - 3.4), 0.9277 - 3.6224 / (b - 2)
        while True:
            u, v = self.uniform() - 0.5, self.uniform()
            us = 0.5 - abs(u)
            count = math.floor((2 * a / us + b) * u + mean + 0.43)
            if us >= 0.07 and v <= accepted:
                return count
            if count < 0 or us < 0.013 and v > us:
                continue
            bound = count * math.log(mean) - mean - math.lgamma(count + 1)
            if math.log(v) + math.log(inverse) - math.log(a / (us * us) + b) <= bound:
                return count


def softplus(x):
    return x + math.log1p(math.exp(-x)) if x > 0 else math.log1p(math.exp(x))


def normal_quantile(p):
    return NormalDist().inv_cdf(p)


def student_quantile(p, freedom):
    """Hill's algorithm 396 (1970)."""
    n, both = freedom, 2 * min(p, 1 - p)
    if both >= 1:
        return 0.0
    a = 1 / (n - 0.5)
    b = 48 / (a * a)
    c = ((20700 * a / b - 98) * a - 16) * a + 96.36
    d = ((94.5 / (b + c) - 3) / b + 1) * math.sqrt(a * math.pi / 2) * n
    y = (d * both) ** (2 / n)
    if y > 0.05 + a:
        x = normal_quantile(both / 2)
        y = x * x
        c += 0.3 * (n - 4.5) * (x + 0.6) if n < 5 else 0
        c += (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b
        y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x
        y = math.exp(a * y * y) - 1
    else:
        inner = 1 / (((n + 6) / (n * y) - 0.089 * d - 0.822) * (n + 2) * 3) + 0.5 / (n + 4)
        y = (inner * y - 1) * (n + 1) / (n + 2) + 1 / y
    value = math.sqrt(n * max(0, y))
    return -value if p < 0.5 else value


def count_quantiles(mean, shape, levels):
    """Of a negative binomial distribution, at ascending levels."""
    if mean > 500:
        k = mean / (1 + shape * mean)
        roots = [1 - 1 / (9 * k) + normal_quantile(p) / (3 * math.sqrt(k)) for p in levels]
        return [max(0.0, math.floor(mean * root**3 + 0.5)) for root in roots]
    r, step = 1 / shape, shape * mean / (1 + shape * mean)
    count, term = 0.0, math.exp(-r * math.log1p(shape * mean))
    total, result = term, []
    for p in levels:
        while total < p and count < 1e6:
            term *= step * (count + r) / (count + 1)
            total += term
            count += 1
        result.append(count)
    return result


class Ranks:
    """How high each path lies among all of them, from step to step, where all see the same distribution."""

    def __init__(self, combination, head, paths, channels):
        self.correlation = combination.get("correlation", 0.5)
        self.head, self.scores = head, [[0.0] * channels for _ in range(paths)]

    def advance(self, step):
        own = self.correlation if step else 0.0
        for path, scores in enumerate(self.scores):
            random = self.head.streams[path // 2]
            for channel in range(len(scores)):
                draw = max(-10, min(10, random.normal(step * len(scores) + channel)))
                draw = draw if path % 2 == 0 else -draw
                scores[channel] = own * scores[channel] + math.sqrt(1 - own * own) * draw

    def deal(self, values, channel):
        """Values, ascending, in the order of the paths."""
        order = sorted(range(len(self.scores)), key=lambda path: (self.scores[path][channel], path))
        dealt = [0.0] * len(order)
        for rank, path in enumerate(order):
            dealt[path] = values[rank]
        return dealt


class Head:
    """What the outputs of one channel mean, and the numbers drawn from them; odd paths mirror even ones."""

    POINTS = ("mse", "mae", "huber")

    def __init__(self, forecast, seed, paths):
        self.kind = forecast["distribution"]
        self.levels = forecast.get("quantiles") or [0.1 * i for i in range(1, 10)]
        self.width = {"student_t": 3, "gaussian": 2, "negative_binomial": 2, "quantile": len(self.levels)}.get(
            self.kind, 1
        )
        self.streams = [Random(seed, 4 << 40 | pair) for pair in range((paths + 1) // 2)]

    def residual(self, outputs, row, index):
        """The distance from base in units of scale."""
        random = self.streams[row // 2]
        if self.kind in self.POINTS:
            return outputs[0]
        if self.kind == "quantile":
            u = random.uniform(index)
            logit = max(-10, min(10, math.log(u / (1 - u)))) if u > 0 else -10
            logit = logit if row % 2 == 0 else -logit
            return self.at(outputs, logit)
        u = 1 - random.uniform(2 * index)
        angle = math.cos(2 * math.pi * random.uniform(2 * index + 1))
        if self.kind == "gaussian":
            square = -2 * math.log(u)
        else:
            freedom = 2 + softplus(outputs[2])
            square = freedom * (math.exp(-2 / freedom * math.log(u)) - 1)
        noise = max(-10, min(10, math.sqrt(square) * angle))
        return outputs[0] + (softplus(outputs[1]) + 1e-4) * (noise if row % 2 == 0 else -noise)

    def at(self, outputs, logit):
        """The quantile whose level has this logit."""
        known = [math.log(q / (1 - q)) for q in self.levels]
        high = max(1, next((i for i, k in enumerate(known) if k >= logit), len(known) - 1))
        ordered = sorted(outputs)
        share = (logit - known[high - 1]) / (known[high] - known[high - 1])
        return ordered[high - 1] + share * (ordered[high] - ordered[high - 1])

    def draw(self, outputs, base, scale, row, index):
        """-> a value, and what was to be expected."""
        if self.kind != "negative_binomial":
            value = base + self.residual(outputs, row, index) * scale
            return value, value
        mean = scale * (softplus(outputs[0]) + 1e-6)
        shape = softplus(outputs[1]) / math.sqrt(scale) + 1e-6
        draws = Draws(self.streams[row // 2], (2 * index + row % 2) << 16)
        return draws.poisson(mean * shape * draws.gamma(1 / shape)), mean

    def values(self, outputs, base, scale, count):
        """Values at the levels (i + 1/2) / count, ascending, and what was to be expected, None for their mean."""
        levels = [(i + 0.5) / count for i in range(count)]
        if self.kind == "negative_binomial":
            mean = scale * (softplus(outputs[0]) + 1e-6)
            return count_quantiles(mean, softplus(outputs[1]) / math.sqrt(scale) + 1e-6, levels), mean
        if self.kind in self.POINTS:
            return [base + outputs[0] * scale] * count, None
        if self.kind == "quantile":
            found = [self.at(outputs, math.log(p / (1 - p))) for p in levels]
        else:
            spread = softplus(outputs[1]) + 1e-4
            freedom = math.inf if self.kind == "gaussian" else 2 + softplus(outputs[2])
            found = [student_quantile(p, freedom) if math.isfinite(freedom) else normal_quantile(p) for p in levels]
            found = [outputs[0] + spread * max(-10, min(10, value)) for value in found]
        return [base + value * scale for value in found], None
