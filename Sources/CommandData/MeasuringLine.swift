/// How far the measuring at the end of a training has come, as one line.
package struct MeasuringLine: Sendable {
    private static let barWidth = 24

    /// Cases measured.
    package var done: Int
    /// Cases in all.
    package var total: Int
    /// Since the training began to run.
    package var elapsedSeconds: Double
    /// Until all cases are measured; nil before a pace is known.
    package var remainingSeconds: Double?

    /// A line about one report.
    package init(done: Int, total: Int, elapsedSeconds: Double, remainingSeconds: Double?) {
        self.done = done
        self.total = total
        self.elapsedSeconds = elapsedSeconds
        self.remainingSeconds = remainingSeconds
    }

    /// For files and logs.
    package var plain: String { "measured \(done)/\(total)  \(ProgressLine.percent(done, of: total))  \(time)" }

    /// For a terminal: a bar where there is room for it, then how much is measured.
    ///
    /// - Parameter columns: of the terminal; the last one stays free, since some terminals wrap when it is written.
    package func live(columns: Int) -> String {
        let room = max(0, columns - 1), text = "\(ProgressLine.percent(done, of: total))  measuring  \(time)"
        guard text.count + 1 + Self.barWidth <= room else { return String(text.prefix(room)) }
        return ProgressLine.bar(done, of: total, width: Self.barWidth) + " " + text
    }

    private var time: String {
        [DurationText.text(seconds: elapsedSeconds), remainingSeconds.map { DurationText.text(seconds: $0) + " left" }]
            .compactMap { $0 }.joined(separator: ", ")
    }
}
