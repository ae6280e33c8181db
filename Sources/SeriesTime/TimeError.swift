/// What is wrong with a time, frequency or zone, where, and what would be right. Places are positions in the column,
/// from 0.
package enum TimeError: Error, Equatable, CustomStringConvertible {
    case invalidFrequency(spelling: String, hint: String)
    case unknownZone(name: String, hint: String)
    /// One timestamp that is not one.
    case invalidTimestamp(place: Int, text: String, reason: String)
    /// A timestamp that cannot stand beside the ones before.
    case mixedTimestamps(place: Int, reason: String)
    /// The start is not a stamp of its frequency.
    case startOffGrid(start: String, frequency: Frequency, next: String, keepsStart: Frequency)
    /// A step that lies outside of the years 1 to 9999.
    case beyondCalendar(step: Int)
    case tooFewTimestamps(count: Int, needed: Int)
    /// - Parameter likely: the frequency that most of the others have, nil if there is none.
    case irregular(places: [Int], count: Int, likely: Frequency?)
    /// Not stamps of the frequency that was asked for.
    case offGrid(places: [Int], count: Int, frequency: Frequency)
    case duplicates(places: [Int], count: Int, stamp: String)
    case disorder(places: [Int], count: Int)
    /// More steps between the first and the last stamp than are allowed; `place` is where the widest gap ends.
    case tooManySteps(steps: Int, stepsMax: Int, place: Int)

    package var description: String {
        switch self {
        case .invalidFrequency(let spelling, let hint): return "frequency '\(spelling)' is not known; \(hint)"
        case .unknownZone(let name, let hint): return "time zone '\(name)' is not known; \(hint)"
        case .invalidTimestamp(let place, let text, let reason): return "timestamp \(place), '\(text)': \(reason)"
        case .mixedTimestamps(let place, let reason): return "timestamp \(place): \(reason)"
        case .startOffGrid(let start, let frequency, let next, let keepsStart):
            return "start \(start) is not a stamp of frequency \(frequency); the next one is \(next), or say "
                + "frequency \(keepsStart) to keep this start"
        case .beyondCalendar(let step): return "step \(step) lies outside of the years 1 to 9999"
        case .tooFewTimestamps(let count, let needed):
            return "\(count) different timestamps do not show a frequency; send at least \(needed), or 'frequency'"
        case .irregular(let places, let count, let likely):
            let expected = likely.map { "are not on the grid of frequency \($0), which most have" }
            return "timestamps \(Self.list(places, of: count)) "
                + (expected ?? "have no common frequency with the others")
                + "; correct them, send the right 'frequency', or ask for resampling"
        case .offGrid(let places, let count, let frequency):
            return "timestamps \(Self.list(places, of: count)) are not on the grid of frequency \(frequency) that the "
                + "first one begins; correct them, send the right 'frequency', or ask for resampling"
        case .duplicates(let places, let count, let stamp):
            return "timestamps \(Self.list(places, of: count)) repeat earlier ones (\(stamp)); remove them, or ask to "
                + "merge them by sum, mean or last"
        case .disorder(let places, let count):
            return "timestamps \(Self.list(places, of: count)) are earlier than the one before; sort them"
        case .tooManySteps(let steps, let stepsMax, let place):
            return
                "the timestamps span \(steps) steps, more than \(stepsMax); the widest gap ends at timestamp \(place)"
        }
    }

    /// The first places of more.
    private static func list(_ places: [Int], of count: Int) -> String {
        places.map(String.init).joined(separator: ", ")
            + (count > places.count ? " and \(count - places.count) more" : "")
    }
}
