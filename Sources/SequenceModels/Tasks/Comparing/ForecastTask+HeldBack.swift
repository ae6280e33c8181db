extension ForecastTask {
    /// The ends of the series, unless others were sent to validate on.
    var heldBack: HeldBack {
        guard settings.validation > 0, hasValidation else { return .nothing }
        let ends = data.validation.map { ($0.place, $0.first..<$0.end) }
        return .ends(Dictionary(ends) { first, _ in first })
    }
}
