/// Writes the Prometheus text format, version 0.0.4: HELP and TYPE once for each metric, its samples behind them.
package struct PrometheusText: Sendable {
    /// The type of a metric in its TYPE line.
    package enum Kind: String, Sendable { case counter, gauge, histogram }

    /// Everything so far.
    package private(set) var text = ""

    /// An empty text.
    package init() {}

    /// Begins a metric; its samples follow.
    package mutating func metric(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP \(name) \(Self.escapedHelp(help))\n# TYPE \(name) \(kind.rawValue)\n"
    }

    /// Appends one value of the metric that `metric` has begun.
    package mutating func sample(_ name: String, _ labels: [(name: String, value: String)] = [], _ value: Double) {
        text += name
        if !labels.isEmpty {
            text += "{" + labels.map { "\($0.name)=\"\(Self.escapedLabel($0.value))\"" }.joined(separator: ",") + "}"
        }
        text += " \(Self.number(value))\n"
    }

    /// A metric of one sample.
    package mutating func single(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        metric(name, kind, help)
        sample(name, [], value)
    }

    /// The samples of one histogram: cumulative buckets, sum and count.
    package mutating func histogram(
        _ name: String, _ labels: [(name: String, value: String)], bounds: [Double], counts: [Int], sum: Double
    ) {
        var total = 0
        for (index, count) in counts.enumerated() {
            total += count
            let bound = index < bounds.count ? Self.number(bounds[index]) : "+Inf"
            sample(name + "_bucket", labels + [("le", bound)], Double(total))
        }
        sample(name + "_sum", labels, sum)
        sample(name + "_count", labels, Double(total))
    }

    /// Whole numbers without a fraction; the words that the format has for what is not finite.
    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        if let whole = Int(exactly: value) { return String(whole) }
        return String(value)
    }

    private static func escapedHelp(_ text: String) -> String { escaped(text, quote: false) }
    private static func escapedLabel(_ text: String) -> String { escaped(text, quote: true) }

    private static func escaped(_ text: String, quote: Bool) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quote: result += "\\\""
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
