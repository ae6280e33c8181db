/// What the value of an option may look like, apart from all other options.
package enum OptionForm: Sendable, Equatable {
    /// true or false.
    case flag
    case whole(ClosedRange<Int>)
    case number(NumberRange)
    /// One of these.
    case word([String])
    /// Distinct levels of quantiles, each between 0 and 1: at least so many.
    case levels(countMin: Int)
    /// A whole number from 0.
    case seed
    /// `"balanced"`, or a weight for each label.
    case classWeights
    /// One text, or a list of at most `countMax`, each of 1 to `sizeBytesMax` bytes of UTF-8.
    case texts(countMax: Int, sizeBytesMax: Int)
    /// 1 to `sizeBytesMax` bytes of UTF-8.
    case text(sizeBytesMax: Int)
    /// At most `countMax` distinct whole numbers.
    case wholes(ClosedRange<Int>, countMax: Int)

    /// `0 ..< high`, as a 32-bit number.
    package static func share(below high: Double) -> OptionForm {
        .number(NumberRange(0, high, includesUpper: false, isSingle: true))
    }

    /// Above 0, at most `high`, as a 32-bit number.
    package static func positive(upTo high: Double) -> OptionForm {
        .number(NumberRange(0, high, includesLower: false, isSingle: true))
    }

    /// Above 0, at most `high` seconds.
    package static func seconds(upTo high: Double) -> OptionForm {
        .number(NumberRange(0, high, includesLower: false))
    }
}

/// Where a number must lie.
package struct NumberRange: Sendable, Equatable {
    /// The least value, or the bound that all values are above.
    package let lower: Double
    /// The greatest value, or the bound that all values are below.
    package let upper: Double
    /// Whether `lower` itself is a value.
    package let includesLower: Bool
    /// Whether `upper` itself is a value.
    package let includesUpper: Bool
    /// Whether the engine uses the value as a 32-bit number, which must be within the range, too.
    package let isSingle: Bool

    /// From `lower` to `upper`, both of them values unless said otherwise.
    package init(
        _ lower: Double, _ upper: Double, includesLower: Bool = true, includesUpper: Bool = true, isSingle: Bool = false
    ) {
        self.lower = lower
        self.upper = upper
        self.includesLower = includesLower
        self.includesUpper = includesUpper
        self.isSingle = isSingle
    }
}
