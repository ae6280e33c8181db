extension SettingsChecks {
    /// A fault for each field given that the task has no use for: ignored, it would let its sender believe in it. Of
    /// the others, whether they are within their ranges.
    mutating func fields(of request: PredictionRequest, for task: TaskKind) {
        if let record = request.record, !record.isEmpty, !task.task.parts.contains(.forecast) {
            fault(
                "/sequence" + record.firstPlace,
                "a \(task.rawValue) reads none of it: names, times and covariates belong to a forecast")
        }
        if request.state != nil && !task.task.goesOn {
            fault("/state", "a \(task.rawValue) has nothing to go on from: it answers a whole sequence")
        }
        let context = OptionContext(task: task), values = request.options.values
        for case .option(let row) in PredictionOptions.members {
            guard let value = values[row] else { continue }
            let pointer = "/" + row.name, reasons = row.refusals(of: value, context)
            for reason in reasons { fault(pointer, reason) }
            if reasons.isEmpty { range(row.form, value, pointer) }
        }
    }
}
