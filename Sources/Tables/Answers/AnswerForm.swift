/// Which members of a prediction, or of an event of one, make its rows.
package enum AnswerForm: Sendable, Equatable {
    /// A row for each step of a forecast, and for each of its channels.
    case path(Path)
    /// A row for each place of lists of one length; the member by which the form is told.
    case steps(String, [ListColumn])
    /// One row; likewise. A member that has several values has a column for each of them.
    case row(String, spread: Spread?)

    /// A list, and what its column is called.
    package struct ListColumn: Sendable, Equatable {
        let member: String, column: String

        /// - Parameter column: what one element is called.
        package init(_ member: String, column: String) { (self.member, self.column) = (member, column) }
    }

    /// An object or a list whose values have columns of their own.
    package struct Spread: Sendable, Equatable {
        let member: String, prefix: String

        /// - Parameter prefix: before the name or the index of a value.
        package init(_ member: String, prefix: String) { (self.member, self.prefix) = (member, prefix) }
    }

    /// The members of a forecast, or of one step of it.
    package struct Path: Sendable, Equatable {
        let mean: String, levels: String?, others: [String], times: String, channels: String, step: String?

        /// - Parameters:
        ///   - mean: the values by step, or of one step.
        ///   - levels: an object of the same by the level of a quantile; nil for none.
        ///   - others: members of the same form, each with a column of its name.
        ///   - times: of the steps, or of one.
        ///   - channels: names.
        ///   - step: the number of the one step, from 1; nil of a whole forecast.
        package init(
            mean: String, levels: String? = nil, others: [String] = [], times: String, channels: String,
            step: String? = nil
        ) {
            (self.mean, self.levels, self.others) = (mean, levels, others)
            (self.times, self.channels, self.step) = (times, channels, step)
        }
    }

    /// The member without which it is not this.
    var key: String {
        switch self {
        case .path(let path): path.mean
        case .steps(let name, _), .row(let name, spread: _): name
        }
    }
}
