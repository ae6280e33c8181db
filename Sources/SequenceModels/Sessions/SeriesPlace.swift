import Kernels
import SeriesTime

/// Where a session of a forecaster stands: its last steps, and what was made of all of them.
///
/// Scale and smoothing are measured when a session begins, and again whenever as much has come as was there, but no
/// later than after half of what is kept (`measuring`). Between two measurings a step costs one row of the network,
/// whatever came before, also where that reads a calendar and covariates.
struct SeriesPlace: LivePlace {
    /// Steps read, gaps and missing values included.
    var steps = 0
    /// Steps when scale and smoothing were measured last.
    var measuredAt = 0
    /// The last steps, on their own; its clock is that of the whole.
    var tail: AlignedSeries
    /// What the network's inputs are made of; nil before the first step.
    var path: SeriesPath?
    /// What those beside the values are made of; nil where there are none.
    var covariates: CovariatePlace?
    /// What the network knows; nil before the first step.
    var memory: MemoryState?
    /// How surprising the values of each channel were.
    var recent: [RecentSurprise]
    /// Of a network that it was taken from.
    var head: [UInt8] = []

    /// Nothing was read.
    init(channels: Int) {
        tail = AlignedSeries(targets: NumericSeries(values: [], channels: channels))
        recent = [RecentSurprise](repeating: RecentSurprise(), count: channels)
    }

    /// Steps at which scale and smoothing are measured until so many were read, ascending.
    /// - Parameters:
    ///   - measured: steps when they were before; 0 for never.
    ///   - kept: steps of a tail.
    static func measuring(of steps: Int, after measured: Int, kept: Int) -> [Int] {
        guard measured > 0 else { return [steps] }
        var all: [Int] = [], last = measured
        while case let next = last + max(8, min(last, kept / 2)), next <= steps {
            all.append(next)
            last = next
        }
        return all
    }

    // MARK: Steps

    /// Adds steps behind the others.
    /// - Parameter gap: steps between those and these, of which nothing is known.
    mutating func append(_ new: AlignedSeries, gap: Int) {
        let channels = tail.targets.channels, rows = new.targets.steps
        if gap > 0 {
            tail.targets.values += [Double](repeating: .nan, count: gap * channels)
            for index in tail.future.indices { tail.future[index].values.append(gap: gap) }
            for index in tail.past.indices { tail.past[index].values.append(gap: gap) }
        }
        if steps == 0 {
            (tail.id, tail.fixed, tail.clock) = (new.id, new.fixed, new.clock)
            tail.future = new.future.map { $0.first(0) }
            tail.past = new.past.map { $0.first(0) }
        }
        tail.targets.values += new.targets.values
        for index in tail.future.indices { tail.future[index].values.append(new.future[index].values.first(rows)) }
        for index in tail.past.indices { tail.past[index].values.append(new.past[index].values.first(rows)) }
        steps += gap + rows
    }

    /// Adds steps whose values were forecast. What was known ahead of them still is; what is known only up to now is
    /// missing, for nobody has observed it.
    /// - Parameters:
    ///   - values: `[steps · C]`, data units.
    ///   - new: what the forecast was asked with; it knows at least so many steps ahead.
    mutating func append(forecast values: [Double], behind new: AlignedSeries) {
        let count = values.count / tail.targets.channels
        tail.targets.values += values
        for index in tail.future.indices {
            tail.future[index].values.append(new.future[index].values.dropFirst(new.targets.steps).first(count))
        }
        for index in tail.past.indices { tail.past[index].values.append(gap: count) }
        steps += count
    }

    /// Holds no more than the last steps.
    mutating func keep(_ kept: Int) {
        let dropped = tail.targets.steps - kept
        guard dropped > 0 else { return }
        tail.targets.values.removeFirst(dropped * tail.targets.channels)
        for index in tail.future.indices { tail.future[index].values.removeFirst(dropped) }
        for index in tail.past.indices { tail.past[index].values.removeFirst(dropped) }
    }

    /// Number of the first step that is held.
    var firstStep: Int { steps - tail.targets.steps }

    /// What is held, with what is known ahead of it; its clock is that of the whole.
    func series(ahead new: AlignedSeries) -> AlignedSeries {
        var series = tail
        for (index, covariate) in new.future.enumerated() {
            series.future[index].values.append(covariate.values.dropFirst(new.targets.steps))
        }
        return series
    }
}

extension Covariate {
    fileprivate func first(_ count: Int) -> Covariate {
        Covariate(name: name, values: values.first(count), place: place)
    }
}

extension CovariateValues {
    fileprivate func first(_ count: Int) -> CovariateValues {
        switch self {
        case .numbers(let values): .numbers(Array(values.prefix(count)))
        case .categories(let values): .categories(Array(values.prefix(count)))
        }
    }

    fileprivate func dropFirst(_ count: Int) -> CovariateValues {
        switch self {
        case .numbers(let values): .numbers(Array(values.dropFirst(count)))
        case .categories(let values): .categories(Array(values.dropFirst(count)))
        }
    }

    fileprivate mutating func removeFirst(_ count: Int) { self = dropFirst(count) }

    /// - Precondition: both are of one kind.
    fileprivate mutating func append(_ other: CovariateValues) {
        switch (self, other) {
        case (.numbers(let own), .numbers(let new)): self = .numbers(own + new)
        case (.categories(let own), .categories(let new)): self = .categories(own + new)
        // Lists of nulls go with either kind.
        case (.numbers(let own), .categories(let new)): self = .numbers(own + new.map { _ in .nan })
        case (.categories(let own), .numbers(let new)): self = .categories(own + new.map { _ in nil })
        }
    }

    fileprivate mutating func append(gap: Int) {
        switch self {
        case .numbers(let own): self = .numbers(own + [Double](repeating: .nan, count: gap))
        case .categories(let own): self = .categories(own + [String?](repeating: nil, count: gap))
        }
    }
}
