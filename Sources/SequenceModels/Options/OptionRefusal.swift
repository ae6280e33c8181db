/// When an option means nothing, and the reason that its sender is given.
package struct OptionRefusal: Sendable {
    /// Whom the option belongs to, for the page of options: "task `language_model`".
    package let owner: String
    /// A value that is accepted all the same.
    let unless: (any OptionValue)?
    let applies: @Sendable (OptionContext) -> Bool
    let reason: @Sendable (OptionContext) -> String
    /// Owners of what a Transformer does not have.
    static let recurrent = "recurrent cells"

    init(
        _ owner: String, unless: (any OptionValue)? = nil, where applies: @escaping @Sendable (OptionContext) -> Bool,
        _ reason: @escaping @Sendable (OptionContext) -> String
    ) {
        self.owner = owner
        self.unless = unless
        self.applies = applies
        self.reason = reason
    }
}

extension OptionRefusal {
    /// In other tasks than these.
    static func unlessTask(
        _ tasks: TaskKind..., because reason: (@Sendable (OptionContext) -> String)? = nil
    ) -> OptionRefusal {
        let names = tasks.map(\.rawValue)
        return OptionRefusal(
            names.map { "`\($0)`" }.joined(separator: ", "), where: { !tasks.contains($0.task) },
            reason ?? { "it belongs to \(names.joined(separator: " and ")); the task is \($0.task.rawValue)" })
    }

    /// In other tasks than these, of a network of recurrent cells; a Transformer has a reason of its own.
    static func unlessRecurrentTask(
        _ tasks: TaskKind..., because reason: @escaping @Sendable (OptionContext) -> String
    ) -> OptionRefusal {
        OptionRefusal(
            tasks.map { "`\($0.rawValue)`" }.joined(separator: ", "),
            where: { $0.isRecurrent && !tasks.contains($0.task) }, reason)
    }

    /// With another cell, in a network of recurrent ones.
    static func unlessCell(_ cell: CellChoice, _ what: String) -> OptionRefusal {
        OptionRefusal(
            "cell `\(cell.rawValue)`", where: { $0.isRecurrent && $0.cell != cell },
            { "\(what) the cell \(cell.rawValue); the cell is \($0.cell.rawValue)" })
    }

    /// In a network without blocks of a Transformer.
    static func unlessTransformer(_ belong: String) -> [OptionRefusal] {
        [
            OptionRefusal(
                "cell or encoder `transformer`", where: { $0.isRecurrent && !$0.task.isPaired },
                { _ in "\(belong) to the cell transformer" }),
            OptionRefusal(
                "", where: { $0.task.isPaired && $0.encoder != .transformer },
                { _ in "it belongs to the encoder transformer" }),
        ]
    }

    /// With the cell `transformer`.
    static func inTransformer(_ reason: String, unless: (any OptionValue)? = nil) -> OptionRefusal {
        OptionRefusal(
            recurrent, unless: unless, where: \.isTransformer,
            { _ in "a transformer does not have it: \(reason)" })
    }

    /// In tasks with an encoder and a decoder.
    static func inPairs(unless: (any OptionValue)? = nil) -> OptionRefusal {
        OptionRefusal(
            "tasks without a decoder", unless: unless, where: \.task.isPaired,
            { _ in "encoders and decoders do not have it; leave it out" })
    }

    /// With numeric sequences.
    static func ofNumbers(_ reason: String) -> OptionRefusal {
        OptionRefusal("tokens", where: \.isNumeric, { _ in reason })
    }

    /// With another kind of schedule.
    static func unlessSchedule(_ kinds: ScheduleKind..., name: String) -> OptionRefusal {
        let owners = kinds.map(\.rawValue)
        return OptionRefusal(
            "schedule " + owners.map { "`\($0)`" }.joined(separator: ", "), where: { !kinds.contains($0.schedule) },
            {
                "the schedule \($0.schedule.rawValue) has no \(name); it belongs to "
                    + owners.joined(separator: " or ")
            })
    }

    /// Asked of a model of another task.
    static func unlessModel(_ tasks: [TaskKind]) -> OptionRefusal {
        let owners = tasks.map(\.rawValue)
        return OptionRefusal(
            owners.map { "`\($0)`" }.joined(separator: ", "), where: { !tasks.contains($0.task) },
            { "belongs to the task \(owners.joined(separator: " or ")), this model is a \($0.task.rawValue)" })
    }
}
