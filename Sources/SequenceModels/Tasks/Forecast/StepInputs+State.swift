import RecurrentLayers

extension StepInputs {
    /// What is still to come from step `t` on.
    func write(from t: Int, to writer: inout StateWriter) {
        writer.count(max(0, steps.upperBound - t))
        writer.floats(Array(rows[(max(t, steps.lowerBound) - steps.lowerBound) * layout.width..<rows.count]))
    }

    /// As `write` wrote it, of a forecast that stands at step `t`.
    /// - Throws: when it is too short for the steps to come, or has a category that there is not.
    init(from reader: inout StateReader, _ layout: StepLayout, at t: Int, until end: Int) throws(StreamStateError) {
        let count = try reader.count("steps of inputs", 0...ModelLimits.horizonMax)
        guard t + count >= end else { throw .foreign("it knows \(count) steps ahead, \(end - t) are needed") }
        let rows = try reader.floats(count * layout.width)
        for row in 0..<count {
            for (field, table) in layout.fields.enumerated() {
                let index = rows[row * layout.width + layout.numbers + field]
                guard index >= 0, index < Float(layout.tables[table].rows), index == index.rounded() else {
                    throw .invalid("a category is not one of the model")
                }
            }
        }
        self.init(layout, steps: t..<t + count, rows: rows)
    }
}
