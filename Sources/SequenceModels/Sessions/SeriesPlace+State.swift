import SeriesTime

extension SeriesPlace {
    /// As bytes.
    func state<Network: SequenceNetwork>(of network: Network, context: Int) -> StreamState {
        var live = self
        live.head = network.memoryHead(context: context)
        return StreamState(.series) { writer in
            writer.whole(UInt64(steps))
            writer.whole(UInt64(measuredAt))
            writer.count(tail.id == nil ? 0 : 1)
            writer.text((tail.id ?? "").utf8)
            writer.whole(UInt8(tail.clock == nil ? 0 : 1))
            tail.clock?.write(to: &writer)
            writer.count(tail.targets.steps)
            writer.numbers(tail.targets.values)
            for covariate in tail.future + tail.past { covariate.values.write(to: &writer) }
            for covariate in tail.fixed { covariate.value.write(to: &writer) }
            for surprise in recent {
                writer.number(surprise.median)
                writer.whole(UInt64(surprise.count))
            }
            writer.whole(UInt8(path == nil ? 0 : 1))
            path?.write(to: &writer)
            if path != nil { covariates?.write(to: &writer) }
            if let memory { network.writeMemory(memory, rows: 1, context: context, to: &writer) }
        }
        .with(live: live)
    }

    /// - Parameters:
    ///   - names: of the model's covariates.
    ///   - layout: of what the network reads beside the values; nil for nothing.
    ///   - template: a path of the model.
    ///   - kept: steps of a tail at most.
    /// - Throws: when `state` is of another network or task, or damaged.
    init<Network: SequenceNetwork>(
        _ state: StreamState, of network: Network, context: Int, names: SeriesNames, layout: StepLayout?,
        like template: SeriesPath, kept: Int
    ) throws(StreamStateError) {
        if let live = state.live as? SeriesPlace, live.head == network.memoryHead(context: context) {
            self = live
            return
        }
        var reader = try state.reader(.series)
        self.init(channels: template.channels)
        steps = try reader.sessionSteps()
        measuredAt = try reader.sessionSteps()
        let hasID = try reader.count("names", 0...1) == 1, id = try reader.text()
        tail.id = hasID ? id : nil
        tail.clock = try reader.flag() ? SeriesClock(from: &reader) : nil
        let held = try reader.count("steps of a tail", 0...min(kept, steps))
        guard measuredAt <= steps else { throw .invalid("it was measured later than read") }
        tail.targets.values = try reader.numbers(held * template.channels, mayBeUnknown: true)
        tail.future = try Self.covariates(names.future, held, &reader)
        tail.past = try Self.covariates(names.needsPast, held, &reader)
        for name in names.fixed {
            tail.fixed.append(StaticCovariate(name: name, value: try .init(from: &reader), place: "/static/" + name))
        }
        for channel in recent.indices {
            let median = try reader.number(), count = try reader.sessionSteps()
            guard let surprise = RecentSurprise(median: median, count: count) else {
                throw .invalid("surprises were of another kind")
            }
            recent[channel] = surprise
        }
        if try reader.flag() {
            let path = try SeriesPath(from: &reader, like: template)
            self.path = path
            if let layout { covariates = try CovariatePlace(from: &reader, layout, step: steps, like: path) }
            memory = try network.readMemory(rows: 1, context: context, from: &reader)
        }
        try reader.finish()
    }

    private static func covariates(
        _ names: [String], _ steps: Int, _ reader: inout StateReader
    ) throws(StreamStateError) -> [Covariate] {
        var covariates: [Covariate] = []
        for name in names {
            covariates.append(
                Covariate(name: name, values: try CovariateValues(steps, from: &reader), place: "/" + name))
        }
        return covariates
    }
}

extension CovariateValues {
    fileprivate func write(to writer: inout StateWriter) {
        switch self {
        case .numbers(let values):
            writer.whole(UInt8(0))
            writer.numbers(values)
        case .categories(let values):
            writer.whole(UInt8(1))
            for value in values {
                writer.whole(UInt8(value == nil ? 0 : 1))
                if let value { writer.text(value.utf8) }
            }
        }
    }

    fileprivate init(_ steps: Int, from reader: inout StateReader) throws(StreamStateError) {
        guard try reader.flag() else {
            self = .numbers(try reader.numbers(steps, mayBeUnknown: true))
            return
        }
        try reader.expect(steps, 1)
        var values: [String?] = []
        for _ in 0..<steps { values.append(try reader.flag() ? try reader.text() : nil) }
        self = .categories(values)
    }
}

extension StaticCovariate.Value {
    fileprivate func write(to writer: inout StateWriter) {
        switch self {
        case .missing: writer.whole(UInt8(0))
        case .number(let value):
            writer.whole(UInt8(1))
            writer.number(value)
        case .category(let text):
            writer.whole(UInt8(2))
            writer.text(text.utf8)
        }
    }

    fileprivate init(from reader: inout StateReader) throws(StreamStateError) {
        switch try reader.whole(UInt8.self) {
        case 0: self = .missing
        case 1: self = .number(try reader.number())
        case 2: self = .category(try reader.text())
        default: throw .invalid("a covariate is of an unknown kind")
        }
    }
}
