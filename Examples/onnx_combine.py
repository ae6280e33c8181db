"""What a forecast is made of beside the network's paths: simple forecasts and a factor of the distances from the mean,
as `facts.combination` says. For onnx_forecast.py; docs/onnx.md has the formulas."""
import math

import numpy as np


class Line:
    """A straight line with a season on it."""

    def __init__(self, level, slope=0.0, season=(), is_factor=False):
        self.level, self.slope, self.season, self.is_factor = level, slope, season, is_factor

    def value(self, step):
        line = self.level + self.slope * step
        if not len(self.season):
            return line
        part = self.season[step % len(self.season)]
        return line * part if self.is_factor else line + part


def shape(values, season):
    """The season by classical decomposition -> factors or distances by phase, whether factors; None for none."""
    if season < 2 or len(values) < 2 * season:
        return None
    is_factor = bool(np.all(np.isnan(values) | (values > 0)))
    half, found = season // 2, [[] for _ in range(season)]
    weights = np.ones(2 * half + 1)
    if season % 2 == 0:
        weights[0] = weights[-1] = 0.5
    for at in range(half, len(values) - half):
        window = values[at - half:at + half + 1]
        there = ~np.isnan(window)
        if np.isnan(values[at]) or not there.any():
            continue
        level = (weights * np.where(there, window, 0)).sum() / (weights * there).sum()
        if is_factor and level <= 0:
            continue
        found[at % season].append(values[at] / level if is_factor else values[at] - level)
    if not all(found):
        return None
    means = np.array([np.mean(part) for part in found])
    index = means / means.mean() if is_factor else means - means.mean()
    return index, is_factor


def removed(values, found):
    if found is None:
        return values
    index, is_factor = found
    season = index[np.arange(len(values)) % len(index)]
    return values / season if is_factor else values - season


def ahead(count, found):
    if found is None:
        return (), False
    index, is_factor = found
    return index[(count + np.arange(len(index))) % len(index)], is_factor


def naive(values, season):
    filled = []
    for value in list(values) + [np.nan] * season:
        lagged = filled[len(filled) - season] if len(filled) >= season else filled[-1] if filled else None
        filled.append(value if not math.isnan(value) else lagged)
    return Line(0.0, season=np.array(filled[-season:], float))


def profile(values, season):
    recent = values[-6 * season:]
    found = shape(recent, season)
    if found is None:
        return naive(values, season)
    return Line(np.nanmean(removed(recent, found)[-season:]), 0.0, *ahead(len(recent), found))


def last(values):
    return Line(values[~np.isnan(values)][-1])


def drift(values, season):
    found = shape(values, season)
    level = removed(values, found)
    there = np.flatnonzero(~np.isnan(level))
    if there[-1] == there[0]:
        return last(values)
    slope = (level[there[-1]] - level[there[0]]) / (there[-1] - there[0])
    return Line(level[there[-1]] + slope * (len(level) - there[-1]), slope, *ahead(len(values), found))


def theta(values, season):
    recent = values[-max(5000, 3 * season):]
    found = shape(recent, season)
    level, kept = [], None
    rest = removed(recent, found)
    before = rest[~np.isnan(rest)][0]
    for value in rest:
        before = before if math.isnan(value) else value
        level.append(before)
    if len(level) < 4:
        return last(values)
    for step in range(1, 51):
        smoothing, smooth, error = step / 50, level[0], 0.0
        for value in level[1:]:
            miss = value - smooth
            error += miss * miss
            smooth += smoothing * miss
        if kept is None or error < kept[0]:
            kept = (error, smoothing, smooth)
    _, smoothing, smooth = kept
    steps = np.arange(len(level)) - (len(level) - 1) / 2
    slope = (steps * (np.array(level) - np.mean(level))).sum() / (steps * steps).sum() / 2
    lag = (1 - (1 - smoothing) ** len(level)) / smoothing
    return Line(smooth + slope * lag, slope, *ahead(len(recent), found))


def newest(past, season, ahead, count):
    """The last values of the phase of a step ahead, ascending."""
    at, values = len(past) + ahead % season - season, []
    while at >= 0 and len(values) < count:
        if not math.isnan(past[at]):
            values.append(past[at])
        at -= season
    return sorted(values)


def mixed(drawn, values, share, step):
    """Values of the series in place of what some pairs of paths drew, each as often as it was there."""
    if not values:
        return drawn
    taking = [r for r in range(len(drawn)) if int(share * (r // 2 + 1)) > int(share * (r // 2))]
    count = max(1, len(taking))
    turn = max(1, int(count * 0.618 + 0.5))
    while turn > 1 and math.gcd(turn, count) > 1:
        turn -= 1
    result = drawn.copy()
    for place, row in enumerate(taking):
        rank = (place + step * turn) % count
        result[row] = values[int((rank + 0.5) / count * len(values))]
    return result


METHODS = {"theta": theta, "seasonal_profile": profile, "drift": drift, "seasonal_naive": naive}


class Combination:
    """Of a history x [T, C] in data units."""

    def __init__(self, facts, x, smoothed):
        self.smoothed = smoothed
        self.facts, self.is_log = facts, facts.get("scaling") == "log"
        self.robust, self.combination = facts.get("is_robust"), facts.get("combination")
        if not self.combination:
            return
        minimum = self.combination.get("minimum")
        self.lines, self.least, self.deviations, self.recent = [], [], [], []
        recent = self.combination.get("recent")
        phases = recent["season"] if recent else 1
        for past in x.T:
            if recent:
                self.recent.append([newest(past, phases, ahead, recent["values"]) for ahead in range(phases)])
            past = np.where(past > 0, past, np.nan) if self.is_log else past
            shares = sorted(self.combination["shares"].items())
            self.lines.append([(share, METHODS[name](past, self.combination["season"])) for name, share in shares])
            holds = minimum is not None and bool(np.all(np.isnan(past) | (past >= minimum)))
            self.least.append(minimum if holds else -math.inf)
            changes = np.diff(np.log(past) if self.is_log else past)
            changes = changes[~np.isnan(changes)]
            presumed = self.combination.get("is_presumed") and len(changes)
            self.deviations.append(math.sqrt((changes**2).mean()) if presumed else 0)

    def mean(self, values):
        """Of paths: the outermost twentieths count as the nearest of the rest."""
        outer = len(values) // 20
        if not self.robust or not outer:
            return values.mean()
        ordered = np.sort(values)
        return np.clip(ordered, ordered[outer], ordered[-1 - outer]).mean()

    def step(self, drawn, expected, step):
        """Values of paths [rows, C] and what was expected of them -> the combined values, and their mean [C]."""
        means = np.array([self.mean(column) for column in expected.T])
        if not self.combination:
            return drawn, means
        spread = self.combination["spread"]
        factor = spread[min(len(spread) - 1, step * len(spread) // self.combination["horizon"])]
        values = drawn.copy()
        for channel, network in enumerate(list(means)):
            mean, rest = 0.0, 1.0
            said = [(share, line.value(step)) for share, line in self.lines[channel]]
            if self.combination.get("smoothing"):
                said.append((self.combination["smoothing"], self.smoothed[channel][step]))
            for share, value in said:
                if math.isfinite(value) and (not self.is_log or value > 0):
                    mean, rest = mean + share * value, rest - share
            mean = max(self.least[channel], mean + rest * network)
            if self.recent:
                share, recent = self.combination["recent"]["share"], self.recent[channel]
                there = recent[step % len(recent)]
                means[channel] = share * np.mean(there) + (1 - share) * mean if there else mean
                values[:, channel] = mixed(drawn[:, channel], there, share, step)
                continue
            ratio = self.is_log and network > 0
            distance = np.log(drawn[:, channel] / network) if ratio else drawn[:, channel] - network
            deviation, own = math.sqrt((distance**2).mean()), factor
            if self.deviations[channel] > 0 and deviation > 0 and len(drawn) > 1:
                own = max(factor, min(1e12, self.deviations[channel] / deviation))
            if ratio and mean > 0:
                moved = mean * np.exp(own * distance)
            else:
                moved = mean + own * (drawn[:, channel] - network)
            if self.combination.get("is_rounded"):
                moved = np.sign(moved) * np.floor(np.abs(moved) + 0.5)
            means[channel], values[:, channel] = mean, np.maximum(self.least[channel], moved)
        return values, means
