import SeriesTime

/// The series of a training on their time axes.
struct ForecastSeries {
    /// To learn from.
    let series: [AlignedSeries]
    /// To validate on; nil where tails are held back.
    let validation: [AlignedSeries]?
    /// Names of all channels as they were sent, those that are not forecast too; nil where they have none.
    let channels: [String]?
    /// Of all of them; nil where times are not known.
    let frequency: Frequency?
    /// Of their calendar.
    let zone: Zone?

    /// - Throws: what is wrong with times, names or covariates, with pointers into the request.
    init(
        _ examples: [TrainingExample], _ validation: [TrainingExample]?, _ request: ForecastRequest
    ) throws(Faults) {
        let (series, frequency, zone) = try SeriesAlignment.training(examples, request, under: "/sequences")
        guard let first = series.first else { throw Faults("/sequences", "numeric series are needed") }
        self.series = series
        channels = first.channels == nil ? nil : examples.first?.record?.channels ?? request.channels
        self.frequency = frequency
        self.zone = zone
        guard let validation else {
            self.validation = nil
            return
        }
        var same = request
        same.frequency = frequency?.description ?? request.frequency
        let place = "/validation/sequences"
        let measured = try SeriesAlignment.training(validation, same, under: place)
        if let other = measured.series.first, !other.isNamed(as: first) {
            throw Faults(place + "/0", "its channels and covariates are not those of the sequences to learn from")
        }
        if measured.frequency != frequency {
            throw Faults(place, "times are known of these series or of those to learn from, but not of both")
        }
        self.validation = measured.series
    }

    /// What was found in their times, in words.
    var notes: [String] {
        guard let frequency else { return [] }
        var text = "steps of \(frequency)"
        if let name = zone?.name { text += " in \(name)" }
        let all = series + (validation ?? [])
        let gaps = all.reduce(0) { $0 + $1.gapSteps }, merged = all.reduce(0) { $0 + $1.mergedRows }
        let disordered = all.reduce(0) { $0 + $1.disorderedRows }
        var found: [String] = []
        if gaps > 0 { found.append("\(gaps) without a row are missing values") }
        if merged > 0 { found.append("\(merged) rows were merged into others of their step") }
        if disordered > 0 { found.append("\(disordered) rows were not in order, and sorted") }
        return [found.isEmpty ? text : text + "; " + found.joined(separator: "; ")]
    }
}

extension AlignedSeries {
    /// Whether its channels and covariates are called alike.
    fileprivate func isNamed(as other: AlignedSeries) -> Bool {
        channels == other.channels && future.map(\.name) == other.future.map(\.name)
            && past.map(\.name) == other.past.map(\.name) && fixed.map(\.name) == other.fixed.map(\.name)
    }
}
