"""A forecast from the ONNX file of a forecaster: its inputs made of a history, and the paths drawn from its outputs, as
Rondo does it. For onnx_predict.py; docs/onnx.md has the formulas."""
import math

import numpy as np
import onnx_smoothing
from onnx_combine import Combination
from onnx_draws import Head, Ranks


class Statistics:
    """What a series z [T], with NaN for gaps, says of its own scale."""

    def __init__(self, z, lag, is_log):
        there = z[~np.isnan(z)]
        self.magnitude = np.abs(there).mean() if len(there) else 0
        self.level = self.magnitude if not is_log and self.magnitude > 0 else 1
        spread = there.std() if len(there) else 0
        self.floor = 1e-6 * (spread if spread > 1e-13 * self.level else max(self.level, 1e-6))
        changes = z[lag:] - z[:-lag] if len(z) > lag else np.array([])
        changes = changes[~np.isnan(changes)]
        self.count = len(changes)
        self.mean = changes.mean() if self.count else 0
        self.deviation = changes.std() if self.count else 0
        # The drift, shrunk towards 0 as far as it may be chance.
        error = self.deviation / math.sqrt(max(1, self.count / lag))
        square = self.mean * self.mean
        self.drift = self.mean * square / (square + error * error) if square > 0 else 0


def scale_and_drift(z, facts):
    """Of each channel of z [T, C]."""
    result = []
    for channel, column in enumerate(z.T):
        own = Statistics(column, facts["seasonality"], facts["scaling"] == "log")
        if facts["scaling"] == "none":
            result.append((1, 0))
        elif facts["scaling"] == "mean":
            result.append((1 + own.magnitude if facts.get("is_count") else max(own.level, 1e-6), 0))
        else:
            weight = own.count / (own.count + max(4, facts["seasonality"]))
            pooled = facts["pooled_scale"][channel] * own.level
            variance = weight * own.deviation**2 + (1 - weight) * pooled**2
            drift = weight * own.drift + (1 - weight) * facts["pooled_drift"][channel] * own.level
            result.append((max(math.sqrt(variance), own.floor), drift))
    return np.array(result, np.float64).T


def phase_of(z, facts):
    """Where in the season the history begins: the shift by which its own profile resembles the learned one most."""
    season = facts["seasonality"]
    if season < 2 or len(z) < season:
        return 0
    own = np.zeros((season, z.shape[1]))
    for channel in range(z.shape[1]):
        whole = z[: len(z) // season * season, channel].reshape(-1, season)
        whole = whole[~np.isnan(whole).all(1)]
        if not len(whole):
            continue
        centred = whole - np.nanmean(whole, axis=1, keepdims=True)
        counts = (~np.isnan(centred)).sum(0)
        sums = np.nansum(centred, axis=0)
        size = math.sqrt((sums**2).sum())
        if size > 0:
            own[:, channel] = np.where(counts > 0, sums / np.maximum(counts, 1) / size, 0)
    profile = np.array(facts["profile"])
    likeness = [float((own * np.roll(profile, -shift, axis=0)).sum()) for shift in range(season)]
    best, margin = 0, 0.05 * abs(likeness[0])
    for shift in range(1, season):
        if likeness[shift] > likeness[best] + (margin if best == 0 else 0):
            best = shift
    return best if likeness[best] > 0 else 0


class Path:
    """A history that grows step by step; z [T, C] with its gaps filled by what was to be expected."""

    def __init__(self, z, facts):
        self.facts, self.season, self.is_count = facts, facts["seasonality"], facts.get("is_count", False)
        self.channels = z.shape[1]
        self.scale, self.drift = scale_and_drift(z, facts)
        self.phase = phase_of(z, facts)
        self.smoothing = self.smoothings(z) if facts.get("smoothing") else None
        self.read_end = None
        self.observed, self.z, self.bases = ~np.isnan(z), np.empty((0, self.channels)), np.empty((0, self.channels))
        for t in range(len(z)):
            if t == 0:
                fill = np.array([next((v for v in column if not np.isnan(v)), 0) for column in z.T])
            else:
                fill = self.next()
            self.grow(np.where(np.isnan(z[t]), fill, z[t]), fill, z[t])

    def smoothings(self, z):
        """One of each channel, before the first step; the scale becomes that of their errors."""
        facts, result = self.facts, []
        for channel, column in enumerate(z.T):
            own = Statistics(column, self.season, facts["scaling"] == "log")
            smoothing = onnx_smoothing.begin(column, facts, self.drift[channel] / self.season)
            if facts["scaling"] in ("standard", "log"):
                self.scale[channel] = onnx_smoothing.scale_of(
                    column, smoothing, own.level, facts["pooled_scale"][channel], self.season, own.floor
                )
            result.append(smoothing)
        return result

    def grow(self, values, base, given):
        self.z, self.bases = np.vstack([self.z, values]), np.vstack([self.bases, base])
        for smoothing, value in zip(self.smoothing or [], given):
            smoothing.append(value)

    def copy(self):
        other = object.__new__(Path)
        other.__dict__.update(self.__dict__)
        other.smoothing = self.smoothing and [smoothing.copy() for smoothing in self.smoothing]
        return other

    def append(self, values):
        self.grow(values, self.next(), values)
        self.observed = np.vstack([self.observed, np.ones(self.channels, bool)])

    def base(self, t):
        return self.bases[t] if t < len(self.bases) else self.next()

    def next(self):
        """What is to be expected of the step behind the last."""
        if self.smoothing and all(smoothing.seen for smoothing in self.smoothing):
            return np.array([smoothing.next() for smoothing in self.smoothing])
        if len(self.z) >= self.season:
            return self.z[len(self.z) - self.season] + self.drift
        return self.z[-1] + self.drift / self.season

    def smoothed(self, horizon, is_log):
        """What smoothing lets expect of the steps to come, by channel."""
        result = []
        for smoothing in self.smoothing or []:
            state, values = smoothing.copy(), []
            for _ in range(horizon):
                values.append(math.exp(state.next()) if is_log else state.next())
                state.append(math.nan)
            result.append(values)
        return result

    def known(self, t):
        return (self.z[t] - self.base(t)) / self.scale if t >= max(1, self.season) else np.zeros(self.channels)

    def features(self, t):
        """The inputs from which step t is predicted."""
        season, scale, last = self.season, self.scale, self.z[t - 1]
        recent = self.z[max(0, t - max(8, season)):t].mean(0)
        lag = max(2, season)
        columns = [self.known(t - 1), self.known(t - lag) if t >= lag else np.zeros(self.channels)]
        columns.append((last - recent) / scale / 2)
        if season > 1:
            columns.append((self.base(t) - last) / scale / 2)
        if self.is_count:
            columns += [last / scale, recent / scale] + ([self.base(t) / scale] if season > 1 else [])
        if self.smoothing and season > 1:
            past = self.z[t - season] - self.base(t) if t >= season else np.zeros(self.channels)
            columns.append(past / scale / 2)
        if self.facts["indicators"]:
            columns.append(~self.observed[t - 1])
        result = np.stack(columns, axis=1).reshape(-1).tolist()
        if season > 1:
            turn = 2 * math.pi * ((t + self.phase) % season) / season
            result += [math.cos(turn), math.sin(turn)]
            result += [math.cos(2 * turn), math.sin(2 * turn)] if season > 3 else []
        if self.facts.get("direct"):
            ahead = 0 if self.read_end is None else t + 1 - self.read_end
            result += [float(ahead > 0), math.log1p(ahead) / math.log1p(512)]
        return np.clip(result, -8, 8)


def forecast(network, request):
    facts, settings, channels = network.settings["facts"], network.settings["forecast"], network.settings["channels"]
    horizon, is_log = request.get("horizon", facts["horizon"]), facts["scaling"] == "log"
    x = np.array([[np.nan if v is None else v for v in np.atleast_1d(step)] for step in request["sequence"]], float)
    x = x.reshape(-1, channels)
    if is_log and facts.get("leaves_out"):
        x = np.where(x > 0, x, np.nan)
    path = Path(np.log(x) if is_log else x, facts)
    combination = Combination(facts, x, path.smoothed(horizon, is_log))
    season, count = path.season, len(x)
    # Mean and quantiles are taken over 100 paths, fewer where these would be more than ten million values.
    reach = 2 * season + max(8, season) + 2
    rows = max(2, min(100, 10_000_000 // ((horizon + reach) * channels)))
    if settings["distribution"] in Head.POINTS:
        rows = 1
    head = Head(settings, request.get("seed", 0), rows)
    least, most = path.z.min(0), path.z.max(0)
    margin = 2 * (most - least) + 10 * path.scale * math.sqrt(horizon) + 2 * np.abs(path.drift) * (horizon / season + 1)
    low, high = (least * 0, np.ceil(most + margin)) if path.is_count else (least - margin, most + margin)
    limits = [facts.get("minimum", -math.inf), facts.get("maximum", math.inf)]
    inner = [math.log(v) if v > 0 else end for v, end in zip(limits, (-math.inf, math.inf))] if is_log else limits
    low, high = np.clip(low, *inner), np.clip(high, *inner)
    network.begin(1)
    first = max(1, count - facts["context"])
    if first < count:
        network.read(np.array([path.features(t) for t in range(first, count)])[:, None])
    direct = facts.get("direct") and horizon <= facts["direct"]["steps"]
    direct = direct and not (facts.get("combination") or {}).get("is_recursive")
    ranks = Ranks(facts.get("combination") or {}, head, rows, channels)
    network.repeat(1 if direct else rows)
    path.read_end = count if direct else None
    paths = [path] if direct else [path.copy() for _ in range(rows)]
    restored = np.exp if is_log else np.asarray
    levels = request.get("quantiles")
    if levels is None:
        levels = settings.get("quantiles") or [0.1, 0.5, 0.9]
    answer = {"mean": [], "quantiles": {str(level): [] for level in levels}}
    for step in range(horizon):
        outputs = network.read(np.array([p.features(len(p.z)) for p in paths])[None])[0].astype(np.float64)
        drawn, expected = np.empty((rows, channels)), np.empty((rows, channels))
        if direct:
            ranks.advance(step)
            for channel in range(channels):
                part = outputs[0, channel * head.width:(channel + 1) * head.width]
                values, mean = head.values(part, path.next()[channel], path.scale[channel], rows)
                drawn[:, channel] = np.clip(ranks.deal(values, channel), low[channel], high[channel])
                mean = drawn[:, channel] if mean is None else np.clip(mean, low[channel], high[channel])
                expected[:, channel] = mean
            path.append(path.next())
        for row, p in enumerate([] if direct else paths):
            base = p.base(len(p.z))
            for channel in range(channels):
                part = outputs[row, channel * head.width:(channel + 1) * head.width]
                drawn[row, channel], expected[row, channel] = head.draw(
                    part, base[channel], p.scale[channel], row, step * channels + channel
                )
            drawn[row], expected[row] = np.clip(drawn[row], low, high), np.clip(expected[row], low, high)
            p.append(drawn[row])
        values, mean = combination.step(restored(drawn), restored(expected), step)
        values, mean = np.clip(values, *limits), np.clip(mean, *limits)
        answer["mean"].append(mean.tolist())
        for level in levels:
            answer["quantiles"][str(level)].append(np.quantile(values, level, axis=0).tolist())
    if channels == 1:
        answer["mean"] = [v[0] for v in answer["mean"]]
        answer["quantiles"] = {k: [v[0] for v in values] for k, values in answer["quantiles"].items()}
    if rows == 1:
        del answer["quantiles"]
    return answer
