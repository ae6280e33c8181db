/// A series beside the one that is learned or asked for, by its name: a price, a temperature, whether a shop is open.
///
/// Its place is here; no task reads it, and the planner and the predictors refuse what they would not read.
package struct NamedChannel: Sendable, Equatable {
    /// As a client calls it.
    package var name: String
    /// `[T]`, NaN where unknown; of a prediction perhaps longer than its sequence, where the time to come is known.
    package var values: [Double]

    /// A channel by its name.
    package init(name: String, values: [Double]) {
        self.name = name
        self.values = values
    }

    package static func == (a: NamedChannel, b: NamedChannel) -> Bool {
        a.name == b.name && a.values.count == b.values.count
            && zip(a.values, b.values).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
    }
}
