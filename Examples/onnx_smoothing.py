"""Level and seasons of a series by exponential smoothing, as `facts.smoothing` says: what each step is compared with.
For onnx_forecast.py; docs/onnx.md has the formulas."""
import math

import numpy as np

DAMPING = 0.9


class Smoothing:
    """Of one channel: what is expected of the next step by those before it."""

    def __init__(self, seasons, coefficients, slope):
        self.seasons, self.coefficients, self.slope = seasons, coefficients, slope
        self.steps, self.level, self.trend, self.seen, self.first = 0, 0.0, 0.0, 0, []
        self.indices = [np.zeros(season) for season in seasons]
        self.counts = [np.zeros(season) for season in seasons]

    def copy(self):
        other = object.__new__(Smoothing)
        other.__dict__.update(self.__dict__)
        other.indices, other.counts = [i.copy() for i in self.indices], [c.copy() for c in self.counts]
        other.first = list(self.first)
        return other

    def next(self):
        if not self.seen:
            return 0.0
        seasons = (index[self.steps % season] for index, season in zip(self.indices, self.seasons))
        return self.level + self.slope + DAMPING * self.trend + sum(seasons)

    def append(self, value):
        start = self.seasons[0] if self.seasons else 0
        if not self.seen:
            if not math.isnan(value):
                self.level, self.seen = value, 1
        else:
            error = value - self.next()
            self.trend *= DAMPING
            self.level += self.slope + self.trend
            if not math.isnan(error):
                self.learn(error, start)
        if self.steps < start:
            self.first.append(value)
        self.steps += 1
        if self.steps == start > 0:
            self.begin(start)

    def learn(self, error, start):
        own = self.coefficients
        gain = max(own["level"], 1 / (self.seen + 1))
        self.level += gain * error
        self.trend += own["trend"] * gain * error
        self.seen += 1
        if self.steps < start or not self.seasons:
            return
        slots = [self.steps % season for season in self.seasons]
        gains = [
            max(own["season"] * season / self.seasons[-1], (1 - gain) / (counts[slot] + 1))
            for season, counts, slot in zip(self.seasons, self.counts, slots)
        ]
        factor = (1 - gain) / sum(gains) if sum(gains) > 1 - gain else 1
        for index, counts, slot, share in zip(self.indices, self.counts, slots, gains):
            index[slot] += factor * share * error
            counts[slot] += 1

    def begin(self, start):
        """The first cycle is over: its mean is the level, the rest its season."""
        values, place = np.array(self.first), np.arange(start) - (start - 1) / 2
        there = ~np.isnan(values)
        if not there.any():
            return
        mean = (values - self.slope * place)[there].mean()
        self.level, self.trend, self.seen = mean + self.slope * (start - 1) / 2, 0.0, int(there.sum())
        self.indices[0][there] = (values - mean - self.slope * place)[there]
        self.counts[0][there] = 1


def error(column, smoothing, coefficients, slope):
    """Mean absolute error of what was expected `ahead` steps before -> it, and of how many values."""
    seasons = smoothing["seasons"]
    state, levels, trends = Smoothing(seasons, coefficients, slope), [], []
    start, total, count, values = max(1, seasons[0] if seasons else 1), 0.0, 0, 0
    for step, value in enumerate(column):
        if step >= start and not math.isnan(value):
            base, known = state.next(), 0
            for distance in smoothing["ahead"]:
                if step - distance < start - 1:
                    continue
                reach = DAMPING * (1 - DAMPING**distance) / (1 - DAMPING)
                then = base - state.level + levels[step - distance] + slope * (distance - 1)
                then += trends[step - distance] * reach - DAMPING * state.trend
                total, count, known = total + abs(value - then), count + 1, 1
            values += known
        state.append(value)
        levels.append(state.level)
        trends.append(state.trend)
    return (total / count if count else 0), values


def coefficients(column, smoothing, slope):
    """Those of the candidates that did best on the series, as far as it tells more than all series did."""
    candidates = smoothing["candidates"]
    found = [error(recent(column, smoothing), smoothing, one["coefficients"], slope) for one in candidates]
    most = max(mean for mean, _ in found)
    if len(candidates) < 2 or found[0][1] == 0 or most <= 0:
        return candidates[0]["coefficients"]
    weight = max(1, found[0][1] / math.sqrt(sum(smoothing["ahead"]) / len(smoothing["ahead"])))
    sums = [weight * math.log(max(mean, 1e-3 * most)) + 8 * one["cost"] for (mean, _), one in zip(found, candidates)]
    return candidates[int(np.argmin(sums))]["coefficients"]


def recent(column, smoothing):
    return column[-max(1000, 8 * (smoothing["seasons"] or [0])[-1]):]


def begin(column, facts, slope):
    """Smoothing of one channel [T], before its first step."""
    smoothing = facts["smoothing"]
    return Smoothing(smoothing["seasons"], coefficients(column, smoothing, slope), slope)


def scale_of(column, smoothing, own, pooled, season, floor):
    """Of the errors one step ahead, leaning on those of all series."""
    state, errors = smoothing.copy(), []
    for step, value in enumerate(column):
        if step >= max(1, season) and state.seen and not math.isnan(value):
            errors.append(value - state.next())
        state.append(value)
    mean = np.mean(np.square(errors)) if errors else 0
    weight = len(errors) / (len(errors) + max(4, season))
    return max(math.sqrt(weight * mean + (1 - weight) * (pooled * own) ** 2), floor)
