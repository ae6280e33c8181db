package import SeriesTime

/// What a model calls its inputs, and when its steps are: what a series must have to be forecast by it.
package struct SeriesNames: Sendable {
    /// Whether an input is numbers or categories.
    package enum Kind: Sendable, Equatable {
        case numbers, categories

        /// As a client reads it.
        var plural: String { self == .numbers ? "numbers" : "categories (texts)" }
    }

    /// From one step to the next; nil where its training knew no times.
    package var frequency: Frequency?
    /// Of the calendar, where one was asked for or all timestamps were of one.
    package var zone: Zone?
    /// Names of all channels in the order of the training, those that are inputs only, too; nil where they have none.
    package var channels: [String]?
    /// Names of the channels that are forecast, in the order of the answer; nil for all.
    package var targets: [String]?
    /// Known ahead.
    package var future: [String] = []
    /// Known up to now: the channels that are not forecast, too.
    package var past: [String] = []
    /// Of the whole series.
    package var fixed: [String] = []
    /// By the name of a covariate; what is not here may be of any kind.
    package var kinds: [String: Kind] = [:]

    /// A model with what is given; the rest it does not have.
    package init(
        frequency: Frequency? = nil, zone: Zone? = nil, channels: [String]? = nil, targets: [String]? = nil,
        future: [String] = [], past: [String] = [], fixed: [String] = [], kinds: [String: Kind] = [:]
    ) {
        self.frequency = frequency
        self.zone = zone
        self.channels = channels
        self.targets = targets
        self.future = future
        self.past = past
        self.fixed = fixed
        self.kinds = kinds
    }

    /// Names of the channels that are forecast, nil where they have none.
    var forecast: [String]? { targets ?? channels }

    /// What must be known up to now.
    var needsPast: [String] {
        guard let channels, let targets else { return past }
        let others = Set(targets + past)
        return channels.filter { !others.contains($0) } + past
    }
}

/// An input beside the target that has a name.
protocol NamedInput {
    /// As a client calls it.
    var name: String { get }
    /// Where it stands in its record, as a JSON Pointer.
    var place: String { get }
    /// What its values are; nil where none is known.
    var kind: SeriesNames.Kind? { get }
    /// The same, as values of a kind, where none is known.
    func unknown(as kind: SeriesNames.Kind) -> Self
}

extension Covariate: NamedInput {
    var kind: SeriesNames.Kind? {
        switch values {
        case .numbers(let numbers): numbers.allSatisfy(\.isNaN) ? nil : .numbers
        case .categories(let categories): categories.allSatisfy { $0 == nil } ? nil : .categories
        }
    }

    func unknown(as kind: SeriesNames.Kind) -> Covariate {
        let count = values.count
        let unknown: CovariateValues =
            kind == .numbers
            ? .numbers([Double](repeating: .nan, count: count)) : .categories([String?](repeating: nil, count: count))
        return Covariate(name: name, values: unknown, place: place)
    }
}

extension StaticCovariate: NamedInput {
    var kind: SeriesNames.Kind? {
        switch value {
        case .number: .numbers
        case .category: .categories
        case .missing: nil
        }
    }

    func unknown(as kind: SeriesNames.Kind) -> StaticCovariate { self }
}
