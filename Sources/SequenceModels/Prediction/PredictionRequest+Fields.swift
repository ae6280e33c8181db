extension SettingsChecks {
    /// A fault for each field given that the task has no use for: ignored, it would let its sender believe in it. Of
    /// the others, whether they are within their ranges.
    mutating func fields(of request: PredictionRequest, for task: TaskKind) {
        let context = OptionContext(task: task), values = request.options.values
        for case .option(let row) in PredictionOptions.members {
            guard let value = values[row] else { continue }
            let pointer = "/" + row.name, reasons = row.refusals(of: value, context)
            for reason in reasons { fault(pointer, reason) }
            if reasons.isEmpty { range(row.form, value, pointer) }
        }
    }
}
