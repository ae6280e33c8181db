package import SeriesTime

/// The frequency of a series as KServe's `Frequency` has it, or in one of our own spellings.
package struct KServeFrequency: Sendable {
    /// The words of the protocol, each with its letter. A month, a quarter and a year keep the day of the start, and
    /// weeks begin with it: `start_timestamp` plus so many of them is when a step is.
    private static let table: [(word: String, letter: String, frequency: Frequency)] = [
        ("second", "S", Frequency(1, .seconds)), ("minute", "T", Frequency(1, .minutes)),
        ("hour", "H", Frequency(1, .hours)), ("day", "D", Frequency(1, .days)), ("week", "W", Frequency(7, .days)),
        ("month", "M", Frequency(1, .months(.ofStart))), ("quarter", "Q", Frequency(3, .months(.ofStart))),
        ("year", "Y", Frequency(12, .months(.ofStart))),
    ]

    /// All words and letters, for messages and the document.
    package static let words = table.map { "\"\($0.word)\" (\"\($0.letter)\")" }.joined(separator: ", ")

    /// As the client wrote it, and as it comes back.
    package let word: String
    /// From one step to the next.
    package let frequency: Frequency
    private let isWord: Bool

    /// A word in lower or upper case, a letter, or a spelling of pandas' or ISO 8601 that is none of them: `15min`,
    /// `PT30M`, `B`.
    ///
    /// - Throws: `TimeError.invalidFrequency`.
    package init(_ text: String) throws(TimeError) {
        word = text
        if let row = Self.table.first(where: { [$0.word, $0.word.uppercased(), $0.letter].contains(text) }) {
            (frequency, isWord) = (row.frequency, true)
        } else {
            (frequency, isWord) = (try Frequency(text), false)
        }
    }

    /// Whether steps of a model are of this frequency. The protocol's words do not say where a week or a month begins:
    /// there each of the model's does.
    package func fits(_ trained: Frequency) -> Bool {
        guard isWord else { return frequency == trained }
        let months = Self.months(frequency)
        if months != nil || Self.days(frequency) == 7 {
            return months == Self.months(trained) && Self.days(frequency) == Self.days(trained)
        }
        return frequency == trained
    }

    /// Months of a step, from whichever day; nil of other steps.
    private static func months(_ frequency: Frequency) -> Int? {
        switch frequency.unit {
        case .months: frequency.count
        case .quarters: 3 * frequency.count
        case .years: 12 * frequency.count
        default: nil
        }
    }

    /// Days of a step, from whichever weekday; nil of other steps.
    private static func days(_ frequency: Frequency) -> Int? {
        switch frequency.unit {
        case .days: frequency.count
        case .weeks: 7 * frequency.count
        default: nil
        }
    }
}
