import JSON

/// A forecast by step and channel: `[T][C]` values of each kind become T·C rows.
struct PathRows {
    /// A kind of values, and those by step: a number, or one by channel.
    private let columns: [(name: String, steps: [JSONValue])]
    private let times: [JSONValue]?
    /// The number of the first step.
    private let first: Int
    /// Names or indices; nil of a single one without a name.
    private let channels: [JSONValue]?

    init(_ value: JSONValue, _ path: AnswerForm.Path) {
        let isWhole = path.step == nil
        func steps(_ value: JSONValue?) -> [JSONValue] {
            isWhole ? value?.elements ?? [] : value.map { [$0] } ?? []
        }
        let mean = steps(value[path.mean])
        var columns = [(path.mean, mean)]
        for name in path.others { columns.append((name, steps(value[name]))) }
        let levels = path.levels.flatMap { value[$0]?.object }
        for (level, values) in levels?.members ?? [] {
            columns.append(("q" + level, steps(values)))
        }
        for (part, values) in value["explanation"]?.object?.members ?? [] {
            columns.append(("explanation_" + part, steps(values)))
        }
        for (index, sample) in (isWhole ? value["samples"]?.elements ?? [] : []).enumerated() {
            columns.append(("sample_\(index)", steps(sample)))
        }
        self.columns = columns
        times = value[path.times].map { steps($0).map(Self.time) }
        first = path.step.flatMap { value[$0]?.asInt } ?? 1
        let unnamed = mean.first?.elements?.indices.map { JSONValue.integer($0) }
        channels = value[path.channels]?.elements ?? unnamed
    }

    /// Seconds or milliseconds are whole, though a list of numbers does not say so.
    private static func time(_ value: JSONValue) -> JSONValue { value.asInt.map { .integer($0) } ?? value }

    func rows(after head: JSONObject) -> [JSONObject] {
        let count = columns.first?.steps.count ?? 0
        var rows: [JSONObject] = []
        rows.reserveCapacity(count * (channels?.count ?? 1))
        for step in 0..<count {
            var start = head
            if let times {
                start.append("time", times.indices.contains(step) ? times[step] : .null)
            } else {
                start.append("step", .integer(first + step))
            }
            let values = columns.map {
                (name: $0.name, value: $0.steps.indices.contains(step) ? $0.steps[step] : .null)
            }
            guard let channels else {
                rows.append(JSONObject(start.members + values.map { (key: $0.name, value: $0.value) }))
                continue
            }
            let lists = values.map { (name: $0.name, values: $0.value.elements ?? [$0.value]) }
            for (channel, name) in channels.enumerated() {
                var row = start
                row.append("channel", name)
                for (name, values) in lists {
                    row.append(name, values.indices.contains(channel) ? values[channel] : .null)
                }
                rows.append(row)
            }
        }
        return rows
    }
}
