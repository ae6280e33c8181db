import SeriesTime

/// Aligns the series of one training: names first, then times, then the values.
struct TrainingAlignment {
    private let roles: SeriesAlignment.ChannelRoles
    private let options: SeriesAlignment.TimeOptions
    /// Where the series are in the request.
    private let root: String
    private let inputs: [NumericSeries]
    private var records: [SeriesRecord]
    /// Columns of the values by channel of `roles`; nil without names.
    private var orders: [[Int]?]
    private var checks = SettingsChecks()

    /// - Parameter root: where the series are in the request.
    init(
        _ examples: [TrainingExample], _ roles: SeriesAlignment.ChannelRoles, _ options: SeriesAlignment.TimeOptions,
        under root: String
    ) {
        (self.roles, self.options, self.root) = (roles, options, root)
        // What is not a series of numbers is a fault of its own (`SettingsChecks.examples`).
        inputs = examples.map {
            if case .numeric(let series) = $0.input { series } else { NumericSeries(values: []) }
        }
        records = examples.map { $0.record ?? SeriesRecord() }
        orders = [[Int]?](repeating: nil, count: examples.count)
    }

    /// - Throws: all that is wrong with the names; or all that is wrong with the times.
    ///
    /// - Parameter channels: what columns without names are called.
    mutating func align(
        channels: [String]?
    ) throws(Faults) -> (series: [AlignedSeries], frequency: Frequency?, zone: Zone?) {
        alignNames(channels)
        try finish()
        alignInputs()
        try finish()
        let (rows, isTimed) = rowsInTime()
        try finish()
        guard isTimed else {
            let series = inputs.indices.map { aligned($0, on: SeriesGrid(rows: inputs[$0].steps)) }
            return (series, options.frequency, options.zone)
        }
        let (frequency, grids) = grids(of: rows)
        try finish()
        let zones = rows.compactMap(\.column?.zone)
        let common = zones.first.flatMap { first in zones.allSatisfy { $0 == first } ? first : nil }
        return (
            inputs.indices.map { aligned($0, on: grids[$0]) }, frequency ?? options.frequency, options.zone ?? common
        )
    }

    private var isFull: Bool { checks.faults.count >= ModelLimits.faultsMax }

    private func place(_ index: Int) -> String { "\(root)/\(index)" }

    private func finish() throws(Faults) {
        if !checks.faults.isEmpty { throw Faults(list: Array(checks.faults.prefix(ModelLimits.faultsMax))) }
    }

    private func aligned(_ index: Int, on grid: SeriesGrid) -> AlignedSeries {
        let order = orders[index] ?? Array(0..<inputs[index].channels), names = roles.names ?? []
        var aligned = SeriesAlignment.aligned(
            inputs[index], records[index], order: roles.targets.map { $0.map { order[$0] } } ?? order,
            inputs: roles.inputs.map { (order[$0], names[$0]) }, on: grid)
        aligned.channels = roles.targetNames
        return aligned
    }

    // MARK: Names

    /// Channels of every series, and each record alone.
    private mutating func alignNames(_ channels: [String]?) {
        let named = records.firstIndex { $0.channels != nil }
        let giver = records.first?.channels == nil && channels != nil ? "forecast.channels" : place(named ?? 0)
        var ids: [String: Int] = [:]
        for index in records.indices where !isFull {
            let record = records[index]
            if let names = roles.names {
                if let own = record.channels ?? channels {
                    orders[index] = SeriesAlignment.order(
                        inputs[index].channels, named: own, like: names, of: giver, at: place(index), &checks)
                } else {
                    checks.fault(
                        place(index),
                        "its channels have no names, those of \(giver) have; send all 'target' as objects, or "
                            + "'channels'")
                }
            } else if record.isEmpty {
                continue
            }
            SeriesAlignment.check(record, channels: roles.names ?? [], at: place(index), &checks)
            checkLengths(index)
            if let id = record.id, let first = ids.updateValue(index, forKey: id) {
                checks.fault(place(index) + "/id", "'\(id)' is the id of \(place(first)), too")
            }
        }
        if roles.inputs.count > ModelLimits.covariatesMax {
            checks.fault(
                "/forecast/targets",
                "leaves \(roles.inputs.count) channels as inputs, at most \(ModelLimits.covariatesMax)")
        }
    }

    private mutating func checkLengths(_ index: Int) {
        let rows = inputs[index].steps
        for covariate in records[index].future + records[index].past where covariate.values.count != rows {
            checks.fault(
                place(index) + covariate.place,
                "\(SeriesAlignment.count(covariate.values.count, "value")), the target has "
                    + "\(SeriesAlignment.count(rows, "step")): one for each is needed")
        }
    }

    /// Every series must have the inputs of the first, of the same kind; they come into its order.
    private mutating func alignInputs() {
        ordered(\.future, "future")
        ordered(\.past, "past")
        ordered(\.fixed, "static")
    }

    private mutating func ordered<Input: NamedInput>(
        _ list: WritableKeyPath<SeriesRecord, [Input]>, _ member: String
    ) {
        guard let names = records.first?[keyPath: list].map(\.name) else { return }
        for index in records.indices.dropFirst() where !isFull {
            let own = records[index][keyPath: list]
            if own.lazy.map(\.name).elementsEqual(names) { continue }
            let known = Set(names), byName = Dictionary(own.map { ($0.name, $0) }) { first, _ in first }
            for input in own where !known.contains(input.name) {
                checks.fault(
                    place(index) + input.place,
                    "'\(input.name)' is not known of \(place(0)): all series have the same inputs")
            }
            let ordered = names.compactMap { byName[$0] }
            let missing = names.filter { byName[$0] == nil }
            if !missing.isEmpty {
                checks.fault(
                    "\(place(index))/\(member)",
                    "\(SeriesAlignment.list(missing, "covariate")) of \(place(0)) is not there: all series have the "
                        + "same inputs, and null stands for what is not known")
            }
            records[index][keyPath: list] = ordered
        }
        if checks.faults.isEmpty { unify(list, names) }
    }

    /// Numbers or categories, the same in all series; what is unknown throughout goes with either.
    private mutating func unify<Input: NamedInput>(_ list: WritableKeyPath<SeriesRecord, [Input]>, _ names: [String]) {
        for input in names.indices {
            var known: (kind: SeriesNames.Kind, series: Int)?
            var unknown: [Int] = []
            for index in records.indices where !isFull {
                guard let kind = records[index][keyPath: list][input].kind else {
                    unknown.append(index)
                    continue
                }
                if let known, known.kind != kind {
                    checks.fault(
                        place(index) + records[index][keyPath: list][input].place,
                        "\(kind.plural), in \(place(known.series)) '\(names[input])' is \(known.kind.plural)")
                } else if known == nil {
                    known = (kind, index)
                }
            }
            for index in unknown {
                let same = records[index][keyPath: list][input].unknown(as: known?.kind ?? .numbers)
                records[index][keyPath: list][input] = same
            }
        }
    }

    // MARK: Times

    /// The timestamps of all series as they were sent, and whether they are to be placed.
    private mutating func rowsInTime() -> (rows: [SeriesAlignment.SeriesRows], isTimed: Bool) {
        let isStamped = records.contains { if case .stamps(let stamps)? = $0.times { !stamps.isEmpty } else { false } }
        var rows = inputs.map { SeriesAlignment.SeriesRows(count: $0.steps) }
        // Starts alone do not say when the other steps are: so it was in trainings before there were frequencies.
        guard isStamped || options.frequency != nil, let timed = records.firstIndex(where: { $0.times != nil }) else {
            return (rows, false)
        }
        if let untimed = records.firstIndex(where: { $0.times == nil }) {
            checks.fault(
                place(untimed), "when its steps are is not said, and it is of \(place(timed)): say it of all or of none"
            )
        }
        for index in records.indices where !isFull {
            let count = inputs[index].steps
            rows[index] = SeriesAlignment.SeriesRows(
                count: count, records[index].times, zone: options.zone, countsAllowed: [count], at: place(index),
                &checks)
        }
        return (rows, true)
    }

    private mutating func grids(
        of rows: [SeriesAlignment.SeriesRows]
    ) -> (frequency: Frequency?, grids: [SeriesGrid]) {
        var placements: [Int: SeriesPlacement] = [:], frequency = options.frequency
        if frequency == nil {
            var common = SeriesAlignment.CommonFrequency(rows, options.rules, under: root)
            guard let found = common.find(&checks) else { return (nil, []) }
            (frequency, placements) = (found.frequency, found.placements)
        }
        guard let frequency else { return (nil, []) }
        var grids: [SeriesGrid] = [], gaps = 0
        for index in rows.indices where !isFull && gaps <= SeriesAlignment.trainingGapsMax {
            do throws(TimeError) {
                guard rows[index].isStamped, let column = rows[index].column else {
                    grids.append(try rows[index].started(frequency, resamples: options.rules.resamples))
                    continue
                }
                let known = placements[index]
                guard
                    let placement = if let known { known } else { try rows[index].placement(frequency, options.rules) }
                else { continue }
                let record = records[index]
                SeriesAlignment.countGaps(
                    placement, columns: inputs[index].channels + record.future.count + record.past.count, total: &gaps,
                    totalMax: SeriesAlignment.trainingGapsMax, at: place(index), &checks)
                grids.append(SeriesGrid(rows: inputs[index].steps, placement, style: column.style))
            } catch {
                checks.fault(error, ofStart: rows[index].isStart, at: place(index))
            }
        }
        return (frequency, grids)
    }
}
