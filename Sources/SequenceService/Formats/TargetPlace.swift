import JSON
import SequenceModels

/// Where a step of a series stands in the record that it came in.
enum TargetPlace {
    /// A place in a series, as models and planners tell it, as a place in its record.
    ///
    ///     /17                 /target/17 of a list, /target/sales/17 of an object of channels
    ///     /timestamps/5       as it is
    ///
    /// - Parameter sequence: the values of the record; they say which of several channels is meant.
    static func inRecord(_ place: String, _ sequence: SequenceValue, _ record: SeriesRecord?) -> String {
        if place.isEmpty { return "/target" }
        guard let tokens = JSONPointer.tokens(place), tokens.count == 1, let step = Int(tokens[0]) else { return place }
        guard let channels = record?.channels else { return "/target/\(step)" }
        guard let channel = channel(step, sequence, of: channels) else { return "/target" }
        return JSONPointer.appending(channel, to: "/target") + "/\(step)"
    }

    /// The only channel, or the first whose value is beyond what may be.
    private static func channel(_ step: Int, _ sequence: SequenceValue, of channels: [String]) -> String? {
        if channels.count == 1 { return channels[0] }
        guard case .numeric(let series) = sequence, series.channels == channels.count, step < series.steps else {
            return nil
        }
        let row = series.values[step * channels.count..<(step + 1) * channels.count]
        return zip(channels, row).first { $0.1.magnitude > ModelLimits.valueMax }?.0
    }
}
