import JSON
package import SequenceModels
import SeriesTime

/// Reads the record of a series: what is forecast, with its names, times and covariates, in Rondo's words or in those
/// of DeepAR and GluonTS.
///
///     {"id": "store-7", "start": "2026-01-01", "target": [1, 2, null],
///      "future": {"price": [2, 2.5, null]}, "past": {"visitors": [10, 11, 9]}, "static": {"region": "north"}}
///
/// Names and kinds are read here. Where the values are in time, and whether they are enough, is `SeriesAlignment`'s to
/// say.
package struct SeriesRecordReader {
    /// What a record says.
    package struct Content: Sendable {
        /// `[T, C]`.
        package let values: NumericSeries
        /// Besides the values; nil where there is nothing.
        package let record: SeriesRecord?
    }

    /// Whose members the frequency is, beside the records.
    package enum Place: Sendable {
        case training, prediction
    }

    private let reader: JSONReader
    private let place: Place
    private let lists: CovariateReader
    private let sequences: SequenceReader

    /// - Parameters:
    ///   - reader: of the record; takes the faults.
    ///   - place: what kind of request the record is of.
    ///   - numbersAreSymbols: numbers are names of symbols.
    init(_ reader: JSONReader, of place: Place, numbersAreSymbols: Bool) {
        self.reader = reader
        self.place = place
        lists = CovariateReader(faults: reader)
        sequences = SequenceReader(numbersAreSymbols: numbersAreSymbols, faults: reader)
    }

    /// The record, or nil after noting at least one fault.
    func read() -> Content? {
        let before = reader.faults.count
        var record = SeriesRecord()
        record.id = id()
        record.times = times()
        record.future = covariates("future") + numbers("dynamic_feat", "feat_dynamic_real", named: "dynamic_feat")
        record.future += categories("feat_dynamic_cat", named: "dynamic_cat")
        record.past = covariates("past") + numbers("past_feat_dynamic_real", nil, named: "past_feat")
        record.fixed = statics()
        let target = target(&record)
        RecordMembers.refuseStrangers(in: reader, of: place)
        reader.finish()
        guard reader.faults.count == before, let target else { return nil }
        return Content(values: target, record: record.isEmpty ? nil : record)
    }

    // MARK: Who and when

    private func id() -> String? {
        guard let name = one("id", "item_id"), let value = reader.value(name) else { return nil }
        let text = value.asString ?? value.asInt.map(String.init)
        guard let text else {
            reader.fault(name, "expected a text or a whole number, found \(value.found)")
            return nil
        }
        let count = text.utf8.count
        guard 1...ModelLimits.nameSizeBytesMax ~= count else {
            reader.fault(name, "\(count) bytes, 1 to \(ModelLimits.nameSizeBytesMax) are allowed")
            return nil
        }
        return text
    }

    private func times() -> SeriesTimes? {
        let start = reader.value("start"), stamps = reader.value("timestamps")
        if let start, stamps == nil {
            if let time = timestamp(start) { return .start(time) }
            reader.fault("start", "expected a timestamp (a text or a number), found \(start.found)")
        }
        guard let stamps else { return nil }
        if start != nil { reader.fault("start", "give \"start\" or \"timestamps\", not both") }
        guard let elements = stamps.elements else {
            reader.fault("timestamps", "expected an array of timestamps, found \(stamps.found)")
            return nil
        }
        var values: [TimestampValue] = []
        values.reserveCapacity(elements.count)
        for (row, element) in elements.enumerated() {
            guard let value = timestamp(element) else {
                reader.addFault(
                    JSONPointer.appending(row, to: pointer("timestamps")),
                    "expected a timestamp (a text or a number), found \(element.found)")
                return nil
            }
            values.append(value)
        }
        return .stamps(values)
    }

    private func timestamp(_ value: JSONValue) -> TimestampValue? {
        value.asString.map { .text($0) } ?? value.asDouble.map { .number($0) }
    }

    // MARK: What is forecast

    private func target(_ record: inout SeriesRecord) -> NumericSeries? {
        guard let value = reader.value("target") else {
            reader.fault(
                "target",
                "a record of a series needs it: numbers, or an object of numbers by the names of channels; a pair has "
                    + "\"input\", too")
            return nil
        }
        if let channels = value.object { return target(channels, &record) }
        guard let sequence = sequences.read(value, at: pointer("target")) else { return nil }
        guard case .numeric(let series) = sequence else {
            reader.fault("target", "expected numbers; a labelled pair also needs \"input\"")
            return nil
        }
        return series
    }

    /// An object of lists, one a channel.
    private func target(_ channels: JSONObject, _ record: inout SeriesRecord) -> NumericSeries? {
        let place = pointer("target")
        guard 1...ModelLimits.channelsMax ~= channels.count else {
            reader.fault("target", "\(channels.count) channels, 1 to \(ModelLimits.channelsMax) are allowed")
            return nil
        }
        var columns: [[Double]] = []
        for (name, value) in channels.members {
            guard let column = lists.numbers(value, at: JSONPointer.appending(name, to: place)) else { continue }
            if let first = columns.first, column.count != first.count {
                reader.addFault(
                    JSONPointer.appending(name, to: place),
                    "\(column.count) values, '\(channels.keys[0])' has \(first.count): a value for each step is needed")
                continue
            }
            columns.append(column)
        }
        guard columns.count == channels.count else { return nil }
        record.channels = channels.keys
        var values: [Double] = []
        values.reserveCapacity(columns.count * columns[0].count)
        for step in columns[0].indices { for column in columns { values.append(column[step]) } }
        return NumericSeries(values: values, channels: columns.count)
    }

    // MARK: What else is known

    private func covariates(_ member: String) -> [Covariate] {
        guard let value = reader.value(member) else { return [] }
        guard let object = value.object else {
            reader.fault(member, "expected an object of lists by name, found \(value.found)")
            return []
        }
        return object.members.compactMap { name, value in
            let place = JSONPointer.appending(name, to: "/" + member)
            return lists.values(value, at: reader.pointer + place).map {
                Covariate(name: name, values: $0, place: place)
            }
        }
    }

    private func statics() -> [StaticCovariate] {
        var fixed: [StaticCovariate] = []
        if let value = reader.value("static") {
            if let object = value.object {
                fixed = object.members.compactMap { name, value in
                    let place = JSONPointer.appending(name, to: "/static")
                    return lists.value(value, at: reader.pointer + place).map {
                        StaticCovariate(name: name, value: $0, place: place)
                    }
                }
            } else {
                reader.fault("static", "expected an object of values by name, found \(value.found)")
            }
        }
        if let member = one("cat", "feat_static_cat") {
            fixed += statics(member, "whole numbers", named: "cat") { lists.category($0, at: $1) }
        }
        return fixed + statics("feat_static_real", "numbers", named: "static_real") { lists.number($0, at: $1) }
    }

    private func statics(
        _ member: String, _ what: String, named name: String, _ read: (JSONValue, String) -> StaticCovariate.Value?
    ) -> [StaticCovariate] {
        elements(member, what).enumerated().compactMap { index, value in
            let place = "/\(member)/\(index)"
            return read(value, reader.pointer + place).map {
                StaticCovariate(name: "\(name)_\(index)", value: $0, place: place)
            }
        }
    }

    /// A list of lists of numbers, `[feature][T]`, as DeepAR has it.
    private func numbers(_ first: String, _ second: String?, named name: String) -> [Covariate] {
        guard let member = second.map({ one(first, $0) }) ?? first else { return [] }
        return features(member).compactMap { index, place, list in
            lists.numbers(list, at: reader.pointer + place).map {
                Covariate(name: "\(name)_\(index)", values: .numbers($0), place: place)
            }
        }
    }

    /// A list of lists of whole numbers, `[feature][T]`, each the name of a category.
    private func categories(_ member: String, named name: String) -> [Covariate] {
        features(member).compactMap { index, place, list in
            lists.categories(list, at: reader.pointer + place).map {
                Covariate(name: "\(name)_\(index)", values: .categories($0), place: place)
            }
        }
    }

    private func features(_ member: String) -> [(index: Int, place: String, list: JSONValue)] {
        elements(member, "lists, one for each feature").enumerated().map { ($0, "/\(member)/\($0)", $1) }
    }

    private func elements(_ member: String, _ what: String) -> [JSONValue] {
        guard let value = reader.value(member) else { return [] }
        if let elements = value.elements { return elements }
        reader.fault(member, "expected an array of \(what), found \(value.found)")
        return []
    }

    /// Which of two spellings of a member is there; both are a fault.
    private func one(_ first: String, _ second: String) -> String? {
        let (isFirst, isSecond) = (reader.has(first), reader.has(second))
        if isFirst && isSecond { reader.fault(second, "is '\(first)' by another name: give one of them") }
        return isFirst ? first : isSecond ? second : nil
    }

    private func pointer(_ member: String) -> String { JSONPointer.appending(member, to: reader.pointer) }
}
