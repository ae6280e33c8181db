/// A timestamp as people send it.
package enum TimestampValue: Hashable, Sendable, CustomStringConvertible {
    case text(String)
    /// Seconds or milliseconds since 1970-01-01T00:00:00Z.
    case number(Double)

    package var description: String {
        switch self {
        case .text(let text): text
        case .number(let number): Int64(exactly: number).map { "\($0)" } ?? "\(number)"
        }
    }
}

/// What a timestamp that is a number counts, since 1970-01-01T00:00:00Z.
package enum EpochUnit: Int64, Sendable {
    /// The raw value is the number of microseconds.
    case milliseconds = 1000, seconds = 1_000_000
}
