/// How fast a training learns of late: over the last two windows of some seconds.
struct TrainingPace {
    private static let windowSeconds = 5.0
    private var older: (tokens: Int, seconds: Double)?
    private var newer: (tokens: Int, seconds: Double)?
    private var latest: (tokens: Int, seconds: Double)?

    /// - Parameter tokens: learned in all so far.
    mutating func note(_ tokens: Int, at seconds: Double) {
        latest = (tokens, seconds)
        guard let newer else {
            (older, self.newer) = (latest, latest)
            return
        }
        if seconds - newer.seconds >= Self.windowSeconds { (older, self.newer) = (newer, latest) }
    }

    /// Nil before there are two reports.
    var tokensPerSecond: Double? {
        guard let older, let latest, latest.seconds > older.seconds else { return nil }
        return Double(latest.tokens - older.tokens) / (latest.seconds - older.seconds)
    }
}
