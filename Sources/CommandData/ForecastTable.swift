package import JSON

/// A forecast as a table: a row for each step, with its time where that is known, and its number otherwise.
///
///     time        mean    q0.1    q0.9
///     2026-01-05  12.3    9.8     14.9
///
/// Channels with names have columns of their own; without names they stand together in one.
package struct ForecastTable {
    /// What the members of an answer, or of an event, are called.
    package struct Members {
        let mean: String, levels: String, times: String, channels: String

        /// - Parameters:
        ///   - mean: the values by step, or of one step.
        ///   - levels: an object of the same by the level of a quantile.
        ///   - times: of the steps, or of one.
        ///   - channels: names.
        package init(mean: String, levels: String, times: String, channels: String) {
            (self.mean, self.levels, self.times, self.channels) = (mean, levels, times, channels)
        }
    }

    /// One step.
    package struct Row {
        /// Its time, or its number from 1.
        package let step: String
        /// Numbers, or lists of those of channels without names.
        package let cells: [JSONValue]
    }

    /// Titles of the columns, that of the steps first.
    package private(set) var heads: [String]
    /// In the order of time.
    package private(set) var rows: [Row] = []
    /// Whether the first column has times.
    package let isTimed: Bool

    /// A whole answer as a table.
    package init(_ answer: JSONValue, _ members: Members) {
        let mean = answer[members.mean]?.elements ?? [], levels = answer[members.levels]?.object?.members ?? []
        let times = answer[members.times]?.elements, names = Self.names(answer, members)
        isTimed = times != nil
        let quantiles = levels.map { "q" + Self.printable($0.key) }
        heads = [isTimed ? "time" : "step"]
        if let names {
            heads += names.flatMap { name in [name] + quantiles.map { names.count == 1 ? $0 : "\(name) \($0)" } }
        } else {
            heads += ["mean"] + quantiles
        }
        let columns = levels.map { $0.value.elements ?? [] }
        rows = mean.indices.map { step in
            let values = [mean[step]] + columns.map { step < $0.count ? $0[step] : .null }
            let time = times.flatMap { step < $0.count ? Self.text($0[step]) : nil }
            return Row(step: time ?? "\(step + 1)", cells: Self.cells(values, channels: names?.count))
        }
    }

    /// The row of one event.
    ///
    /// - Parameter step: the member that has its number.
    package static func row(_ event: JSONValue, step: String, _ members: Members) -> Row {
        let levels = event[members.levels]?.object?.members.map(\.value) ?? []
        return Row(
            step: event[members.times].map(text) ?? "\(event[step]?.asInt ?? 0)",
            cells: cells([event[members.mean] ?? .null] + levels, channels: names(event, members)?.count))
    }

    private static func names(_ answer: JSONValue, _ members: Members) -> [String]? {
        answer[members.channels]?.elements?.map { printable($0.asString ?? $0.text) }
    }

    /// The values of a step by channel, those of a channel side by side.
    private static func cells(_ values: [JSONValue], channels: Int?) -> [JSONValue] {
        guard let channels, channels > 1 else { return values }
        return (0..<channels).flatMap { channel in values.map { $0[channel] ?? .null } }
    }

    /// A time: a text, or a number that is mostly a whole one.
    private static func text(_ value: JSONValue) -> String {
        printable(value.asString ?? value.asInt.map(String.init) ?? value.text)
    }

    /// Names are a client's, and tabs part columns.
    private static func printable(_ text: String) -> String { TextTable.printable(text) }
}
