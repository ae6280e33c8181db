/// One metric with all its samples, before it is written in a format.
package struct MetricFamily: Sendable, Equatable {
    /// One row of a metric.
    package struct Sample: Sendable, Equatable {
        /// What the row is about, by the names of labels; no value is empty.
        package let labels: [String: String]
        /// A number, or counts by bucket.
        package let value: Value
    }

    /// What a sample says.
    package enum Value: Sendable, Equatable {
        case number(Double)
        case distribution(Distribution)
    }

    /// As Prometheus names it.
    package let name: String
    /// Whether it only grows.
    package let kind: PrometheusText.Kind
    /// What it counts, as a sentence.
    package let help: String
    /// None where nothing was counted yet.
    package let samples: [Sample]

    /// A metric with labels.
    package init(_ name: String, _ kind: PrometheusText.Kind, _ help: String, samples: [Sample]) {
        self.name = name
        self.kind = kind
        self.help = help
        self.samples = samples
    }

    /// A metric of one number.
    package init(_ name: String, _ kind: PrometheusText.Kind, _ help: String, _ value: Double) {
        self.init(name, kind, help, samples: [Sample(labels: [:], value: .number(value))])
    }

    /// A histogram without labels.
    package init(_ name: String, _ help: String, _ distribution: Distribution) {
        self.init(name, .histogram, help, samples: [Sample(labels: [:], value: .distribution(distribution))])
    }
}

extension PrometheusText {
    /// Writes a metric with its samples.
    package mutating func append(_ family: MetricFamily) {
        metric(family.name, family.kind, family.help)
        for sample in family.samples {
            let labels = sample.labels.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
            switch sample.value {
            case .number(let value): self.sample(family.name, labels, value)
            case .distribution(let distribution):
                histogram(
                    family.name, labels, bounds: distribution.bounds, counts: distribution.counts,
                    sum: distribution.sum)
            }
        }
    }
}
