import Kernels

/// A forecast in closed form: a straight line with a season on it.
struct LineForecast: Sendable, Equatable {
    /// Of the first step ahead.
    var level: Double
    /// Change of the level from step to step.
    var slope = 0.0
    /// `[S]` by step ahead: factors or distances; empty for no season.
    var season: [Double] = []
    /// Whether the season multiplies.
    var isFactor = false

    /// The value of step `step` ahead, from 0.
    func value(_ step: Int) -> Double {
        let line = level + slope * Double(step)
        guard !season.isEmpty else { return line }
        return isFactor ? line * season[step % season.count] : line + season[step % season.count]
    }

    /// Bytes that it holds.
    var sizeBytes: Int { MemoryLayout<LineForecast>.size + season.count * MemoryLayout<Double>.size }

    func write(to writer: inout StateWriter) {
        writer.numbers([level, slope])
        writer.count(isFactor ? 1 : 0)
        writer.count(season.count)
        writer.numbers(season)
    }

    init(level: Double, slope: Double = 0, season: [Double] = [], isFactor: Bool = false) {
        self.level = level
        self.slope = slope
        self.season = season
        self.isFactor = isFactor
    }

    init(from reader: inout StateReader) throws(StreamStateError) {
        let line = try reader.numbers(2)
        (level, slope) = (line[0], line[1])
        isFactor = try reader.count("kinds of a season", 0...1) == 1
        season = try reader.numbers(try reader.count("steps of a season", 0...ModelLimits.seasonalityMax))
    }
}
