extension SeriesAlignment {
    /// Which channels are forecast and which are inputs, by the names of them all.
    struct ChannelRoles {
        /// All, in the order of the first series; nil where they have no names.
        let names: [String]?
        /// Those that are forecast, as indices of `names`; nil for all.
        let targets: [Int]?
        /// Those that are inputs only, likewise.
        let inputs: [Int]
        /// Names of those that are forecast.
        let targetNames: [String]?

        init(names: [String]?, targets: [Int]? = nil) {
            (self.names, self.targets) = (names, targets)
            let isTarget = targets.map { Set($0) }
            inputs = isTarget.flatMap { chosen in names?.indices.filter { !chosen.contains($0) } } ?? []
            targetNames = names.map { names in targets.map { $0.map { names[$0] } } ?? names }
        }
    }

    /// The roles of the channels of a training.
    static func roles(
        _ examples: [TrainingExample], _ forecast: ForecastRequest, _ checks: inout SettingsChecks
    ) -> ChannelRoles {
        let named = examples.first { $0.record?.channels != nil }?.record?.channels
        let all = examples.first?.record?.channels ?? forecast.channels ?? named
        if let channels = forecast.channels {
            names(channels, at: "/forecast/channels", &checks)
            if let all, Set(all) != Set(channels) {
                checks.fault("/forecast/channels", "the first series has others: \(list(all, "channel"))")
            }
        }
        guard let targets = forecast.targets else { return ChannelRoles(names: all) }
        names(targets, at: "/forecast/targets", &checks)
        guard let all else {
            checks.fault(
                "/forecast/targets",
                "the channels have no names; send the values as an object of lists by name, or 'channels'")
            return ChannelRoles(names: nil)
        }
        let indices = Dictionary(zip(all, all.indices)) { first, _ in first }
        for (index, target) in targets.enumerated() where indices[target] == nil {
            checks.fault("/forecast/targets/\(index)", "no channel '\(target)'; there are \(list(all, "channel"))")
        }
        return ChannelRoles(names: all, targets: targets.compactMap { indices[$0] })
    }

    /// At least one, and none twice.
    private static func names(_ names: [String], at place: String, _ checks: inout SettingsChecks) {
        if names.isEmpty { checks.fault(place, "at least one name is needed") }
        var seen: Set<String> = []
        for (index, name) in names.enumerated() where !seen.insert(name).inserted {
            checks.fault("\(place)/\(index)", "'\(name)' is there twice")
        }
    }

    /// Where the channels of one series are among its values: for each of `names` the column.
    ///
    /// - Parameters:
    ///   - channels: C of the values.
    ///   - own: what they are called.
    ///   - giver: who says `names`.
    /// - Returns: nil after a fault.
    static func order(
        _ channels: Int, named own: [String], like names: [String], of giver: String, at place: String,
        _ checks: inout SettingsChecks
    ) -> [Int]? {
        guard channels == own.count else {
            checks.fault(place, "\(count(channels, "channel")), their names are \(own.count): \(list(own, "channel"))")
            return nil
        }
        if own == names { return Array(names.indices) }
        let before = checks.faults.count
        let indices = Dictionary(zip(own, own.indices)) { first, _ in first }, known = Set(names)
        for name in own where !known.contains(name) && checks.faults.count < ModelLimits.faultsMax {
            checks.fault(
                "\(place)/target/\(Fault.escaped(name))",
                "no channel '\(name)' in \(giver), which has \(list(names, "channel"))")
        }
        let missing = names.filter { indices[$0] == nil }
        if !missing.isEmpty {
            checks.fault("\(place)/target", "\(list(missing, "channel")) of \(giver) is not there")
        }
        return checks.faults.count == before ? names.compactMap { indices[$0] } : nil
    }

    /// `1 step`, `2 steps`.
    static func count(_ count: Int, _ noun: String) -> String { "\(count) \(noun)" + (count == 1 ? "" : "s") }

    /// `channels 'a', 'b' and 3 more`.
    static func list(_ names: [String], _ noun: String) -> String {
        let shown = names.prefix(8).map { "'\($0)'" }.joined(separator: ", ")
        return (names.count == 1 ? noun : noun + "s") + " " + shown
            + (names.count > 8 ? " and \(names.count - 8) more" : "")
    }

    /// What is wrong with a record alone: names that are there twice, too long or too many, values that are too large.
    ///
    /// - Parameter place: that of the record.
    static func check(
        _ record: SeriesRecord, channels: [String], at place: String, _ checks: inout SettingsChecks
    ) {
        let groups: [(member: String, inputs: [any NamedInput])] = [
            ("future", record.future), ("past", record.past), ("static", record.fixed),
        ]
        for name in record.channels ?? [] { size(name, at: "\(place)/target/\(Fault.escaped(name))", &checks) }
        guard groups.contains(where: { !$0.inputs.isEmpty }) else { return }
        let names = Set(channels)
        var seen = names
        for (member, inputs) in groups {
            if inputs.count > ModelLimits.covariatesMax {
                checks.fault("\(place)/\(member)", "\(inputs.count) covariates, at most \(ModelLimits.covariatesMax)")
                continue
            }
            for input in inputs {
                size(input.name, at: place + input.place, &checks)
                if !seen.insert(input.name).inserted {
                    checks.fault(
                        place + input.place,
                        "'\(input.name)' is already the name of "
                            + (names.contains(input.name) ? "a channel" : "another covariate")
                            + ": each input has its own")
                }
            }
        }
        for covariate in record.future + record.past { check(covariate, at: place, &checks) }
        for covariate in record.fixed { check(covariate, at: place, &checks) }
    }

    private static func check(_ covariate: StaticCovariate, at place: String, _ checks: inout SettingsChecks) {
        switch covariate.value {
        case .number(let value) where value.magnitude > ModelLimits.valueMax:
            checks.fault(place + covariate.place, "magnitude above \(ModelLimits.valueMax)")
        case .category(let text) where text.utf8.count > ModelLimits.nameSizeBytesMax:
            checks.fault(place + covariate.place, "a category has at most \(ModelLimits.nameSizeBytesMax) bytes")
        case .number, .category, .missing: break
        }
    }

    private static func check(_ covariate: Covariate, at place: String, _ checks: inout SettingsChecks) {
        switch covariate.values {
        case .numbers(let values):
            guard let bad = values.firstIndex(where: { $0.magnitude > ModelLimits.valueMax }) else { return }
            checks.fault("\(place + covariate.place)/\(bad)", "magnitude above \(ModelLimits.valueMax)")
        case .categories(let values):
            let sizeMax = ModelLimits.nameSizeBytesMax
            guard let bad = values.firstIndex(where: { ($0?.utf8.count ?? 0) > sizeMax }) else { return }
            checks.fault("\(place + covariate.place)/\(bad)", "a category has at most \(sizeMax) bytes")
        }
    }

    private static func size(_ name: String, at place: String, _ checks: inout SettingsChecks) {
        let count = name.utf8.count
        if !(1...ModelLimits.nameSizeBytesMax ~= count) {
            checks.fault(
                place, "a name of \(self.count(count, "byte")), 1 to \(ModelLimits.nameSizeBytesMax) are allowed")
        }
    }
}
