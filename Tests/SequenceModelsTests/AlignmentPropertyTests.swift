import SeriesTime
import TestSupport
import Testing

import SequenceModels

/// Series of every frequency with rows missing, repeated and in any order stand where their times are.
@Suite struct AlignmentPropertyTests {
    static let frequencies = [
        "30s", "15min", "h", "6h", "D", "2D", "B", "W-TUE", "2W-SUN", "MS", "ME", "P1M", "QS-FEB", "QE-DEC", "YS-JAN",
        "YE-JUN", "P1Y",
    ]
    static let zones = [nil, "UTC", "Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe"]

    /// A series as it is, and as a client may send it.
    private struct Sample {
        let axis: TimeAxis
        /// Steps of the rows, the first and the last among them.
        var rows: [Int]
        var stamps: [TimestampValue]

        init(_ frequency: String, _ zone: String?, steps: Int, _ random: inout SplitMix) throws {
            let zone = try zone.map { try Zone(name: $0) } ?? .floating
            let day = Stamp(seconds: Int64.random(in: 11_000..<22_000, using: &random) * 86_400 + 43_200)
            axis = try TimeAxis(covering: day, frequency: Frequency(frequency), zone: zone)
            rows = (0..<steps).filter { $0 == 0 || $0 == steps - 1 || Int.random(in: 0..<10, using: &random) > 2 }
            for _ in 0..<3 { rows.append(Int.random(in: 0..<steps, using: &random)) }
            rows.shuffle(using: &random)
            let style =
                Bool.random(using: &random) || zone == .floating
                ? TimestampStyle(suffix: zone == .floating ? .none : .offset(hasColon: true))
                : TimestampStyle(epochUnit: .milliseconds)
            stamps = []
            for row in rows { stamps.append(style.value(try axis.stamp(row), zone)) }
        }

        /// By step, the last of its rows.
        func placed<Value>(_ values: [Value], missing: Value) -> [Value] {
            var placed = [Value](repeating: missing, count: (rows.max() ?? -1) + 1)
            for (row, step) in rows.enumerated() { placed[step] = values[row] }
            return placed
        }
    }

    @Test(arguments: frequencies) func trainingsArePlacedByTheirTimes(frequency: String) throws {
        var random = SplitMix(state: 7)
        for zone in Self.zones {
            for _ in 0..<4 {
                let sample = try Sample(frequency, zone, steps: 40, &random)
                let values = sample.rows.indices.map { Double($0) }
                let example = Records.example(values) {
                    $0.times = .stamps(sample.stamps)
                    $0.future = [Records.numbers("price", values)]
                    $0.past = [Records.categories("row", values.map { "\($0)" }, in: "past")]
                }
                var channels = example
                let pairs = values.flatMap { [$0, $0 + 0.5] }
                channels.input = .numeric(NumericSeries(values: pairs, channels: 2))
                let (series, _, _) = try Records.training([channels]) {
                    $0.frequency = frequency
                    $0.zone = zone
                    $0.merge = .last
                }
                let expected = sample.placed(values, missing: .nan), aligned = series[0]
                let both = NumericSeries(values: expected.flatMap { [$0, $0 + 0.5] }, channels: 2)
                #expect(aligned.targets == both, "\(zone ?? "")")
                #expect(aligned.future[0].values == .numbers(expected), "\(zone ?? "")")
                #expect(
                    aligned.past[0].values == .categories(sample.placed(values.map { "\($0)" }, missing: nil)))
                #expect(aligned.mergedRows == sample.rows.count - Set(sample.rows).count)
                #expect(aligned.gapSteps == expected.filter(\.isNaN).count)
                #expect(try aligned.clock?.axis.stamp(39) == sample.axis.stamp(39))
            }
        }
    }

    @Test(arguments: frequencies) func whatIsKnownAheadFollowsTheHistory(frequency: String) throws {
        var random = SplitMix(state: 11)
        let horizon = 5
        for zone in Self.zones {
            let sample = try Sample(frequency, zone, steps: 30, &random)
            let values = sample.rows.indices.map { Double($0) }, ahead = (0..<horizon).map { 100 + Double($0) }
            let model = SeriesNames(
                frequency: try Frequency(frequency), zone: try zone.map { try Zone(name: $0) }, future: ["price"])
            let expected = sample.placed(values, missing: .nan)
            for isTimed in [false, true] {
                var stamps = sample.stamps
                let style = TimestampStyle(suffix: zone == nil ? .none : .z)
                for step in 30..<30 + horizon where isTimed {
                    stamps.append(style.value(try sample.axis.stamp(step), sample.axis.zone))
                }
                // All in one style, as a column must be.
                if isTimed, case .number? = stamps.first { continue }
                let aligned = try Records.prediction(values, horizon: horizon, model) {
                    $0.times = .stamps(stamps)
                    $0.future = [Records.numbers("price", values + ahead)]
                } options: {
                    $0.merge = .last
                }
                #expect(aligned.targets == NumericSeries(values: expected), "\(zone ?? "") \(isTimed)")
                #expect(aligned.future[0].values == .numbers(expected + ahead), "\(zone ?? "") \(isTimed)")
            }
        }
    }

    /// Whatever is sent, there are faults with places, or lists as long as they must be.
    @Test func anythingIsRefusedOrAligned() throws {
        var random = SplitMix(state: 3), aligned = 0, refused = 0
        for _ in 0..<3000 {
            let rows = Int.random(in: 0..<6, using: &random), horizon = Int.random(in: 1..<4, using: &random)
            let record = Self.record(rows, horizon, &random)
            let values = NumericSeries(values: (0..<rows).map { Double($0) })
            var model = SeriesNames(future: ["a"], fixed: ["s"])
            if Bool.random(using: &random) { model.frequency = Frequency(1, .days) }
            var options = PredictionRequest()
            if Bool.random(using: &random) { options.merge = .sum }
            if Int.random(in: 0..<4, using: &random) == 0 { options.resample = true }
            do throws(Faults) {
                let series = try SeriesAlignment.prediction(
                    values, record, horizon: horizon, options: options, model: model)
                aligned += 1
                #expect(series.future.allSatisfy { $0.values.count == series.targets.steps + horizon }, "\(record)")
                #expect(series.past.allSatisfy { $0.values.count == series.targets.steps }, "\(record)")
                #expect(series.targets.steps >= min(1, rows) && series.future.map(\.name) == ["a"])
            } catch {
                refused += 1
                #expect(1...ModelLimits.faultsMax ~= error.list.count, "\(record)")
                #expect(error.list.allSatisfy { $0.pointer.hasPrefix("/") && !$0.detail.isEmpty }, "\(error)")
            }
        }
        #expect(aligned > 100 && refused > 100, "\(aligned) aligned, \(refused) refused")
    }

    private static func record(_ rows: Int, _ horizon: Int, _ random: inout SplitMix) -> SeriesRecord {
        func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &random) == 0 }
        func count(_ usual: Int) -> Int { chance(12) ? Int.random(in: 0..<10, using: &random) : usual }
        var record = SeriesRecord()
        if !chance(8) {
            let known = (0..<count(rows + horizon)).map { Double($0) }
            record.future = [Records.numbers("a", known)]
        }
        if chance(8) { record.past = [Records.categories("p", [nil], in: "past")] }
        if !chance(8) { record.fixed = [Records.fixed("s", chance(3) ? .missing : .number(1))] }
        if chance(3) { return record }
        if chance(3) {
            record.times = .start(.text(chance(6) ? "soon" : "2026-01-01"))
            return record
        }
        let stamps = chance(2) ? count(rows) : record.future.first?.values.count ?? rows
        record.times = .stamps(
            (0..<stamps).map { row in
                if chance(30) { return .text("9999-12-31") }
                let day = chance(10) ? Int.random(in: 1..<28, using: &random) : row + 1
                return .text("2026-01-" + (day < 10 ? "0" : "") + "\(day)" + (chance(40) ? "T05:00" : ""))
            })
        return record
    }
}
