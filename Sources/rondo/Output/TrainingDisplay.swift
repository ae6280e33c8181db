import CommandData
import JSON
import SequenceService
import System

/// Shows a job's events: a live bar on a terminal, plain lines otherwise. Used by one thread.
final class TrainingDisplay {
    /// Plain lines come at this pace at first, then ever more slowly.
    private static let plainSecondsMin = 1.0
    private static let plainSecondsMax = 60.0
    private static let plainShare = 30.0

    private let isLive: Bool
    private let isQuiet: Bool
    private var plainAt = -Double.infinity
    private var isBarShown = false
    /// Then the last validation is another training's.
    private var isRefit = false
    /// Where time and pace are counted from: the last event that began a run or a phase.
    private var startedAt: Double?
    private var paceFrom: (seconds: Double, step: Int)?

    /// - Parameter isQuiet: only warnings are shown.
    init(isQuiet: Bool = false) {
        self.isQuiet = isQuiet
        isLive = StandardError.isTerminal && !isQuiet
    }

    func show(_ event: JSONValue) {
        let seconds = (event["at"]?.asString).flatMap(Timestamp.milliseconds).map { Double($0) / 1000 } ?? 0
        switch event["type"]?.asString {
        case "metrics": if !isQuiet { metrics(event, seconds) }
        case "warning": line("warning: \(event["message"]?.asString ?? "")")
        case "status": status(event["status"]?.asString ?? "", seconds)
        case "phase": if !isQuiet { phase(event) }
        case "measuring": if !isQuiet { measuring(event, seconds) }
        case "checkpoint":
            if !isLive, !isQuiet { line("checkpoint at step \(event["step"]?.asInt ?? 0)") }
        default: break
        }
    }

    private func status(_ status: String, _ seconds: Double) {
        if status == "running" {
            startedAt = startedAt ?? seconds
            paceFrom = nil
        }
        if !isQuiet { line(status) }
    }

    private func phase(_ event: JSONValue) {
        paceFrom = nil
        switch event["phase"]?.asString {
        case "fold":
            let place = "fold \(event["fold"]?.asInt ?? 0) of \(event["folds"]?.asInt ?? 0)"
            guard let epochs = event["epochs"]?.asInt else {
                return line("\(place): a part is held back, the rest is learned until that becomes no better")
            }
            isRefit = true
            line("\(place): the rest is learned for \(epochs == 1 ? "one epoch" : "\(epochs) epochs"), to be measured")
        case "refit":
            isRefit = true
            let epochs = event["epochs"]?.asInt ?? 0
            line(
                "refit: from the start and on all data, for the "
                    + (epochs == 1 ? "one epoch that proved best" : "\(epochs) epochs that proved best"))
        case "cooldown":
            let epochs = event["epochs"]?.asInt ?? 0
            line(
                "cool-down: validation became no better; from the best weights the learning rate falls to nothing in "
                    + (epochs == 1 ? "one epoch" : "\(epochs) epochs"))
        case "measuring": line("measuring: the best weights beside the baselines, on the held-back data")
        case "comparing": line("comparing: the same beside the version that is served, or continued")
        default: break
        }
    }

    private func measuring(_ event: JSONValue, _ seconds: Double) {
        let done = event["cases_done"]?.asInt ?? 0, total = max(1, event["cases"]?.asInt ?? 1)
        if paceFrom == nil { paceFrom = (seconds, done) }
        let pace = paceFrom.flatMap { done > $0.step ? (seconds - $0.seconds) / Double(done - $0.step) : nil }
        let progress = MeasuringLine(
            done: done, total: total, elapsedSeconds: seconds - (startedAt ?? seconds),
            remainingSeconds: pace.map { $0 * Double(max(0, total - done)) })
        if isLive {
            StandardError.write("\r\u{1B}[K" + progress.live(columns: StandardError.columns))
            isBarShown = true
        } else if isPlainDue(seconds - (startedAt ?? seconds)) {
            StandardError.write(progress.plain + "\n")
        }
    }

    private func metrics(_ event: JSONValue, _ seconds: Double) {
        let step = event["step"]?.asInt ?? 0, steps = max(1, event["steps"]?.asInt ?? 1)
        let elapsed = seconds - (startedAt ?? seconds)
        let pace = paceFrom.flatMap { step > $0.step ? (seconds - $0.seconds) / Double(step - $0.step) : nil }
        if paceFrom == nil { paceFrom = (seconds, step) }
        let progress = ProgressLine(
            step: step, steps: steps, epoch: event["epoch"]?.asInt ?? 0, epochs: event["epochs"]?.asInt ?? 0,
            loss: event["train_loss"]?.asDouble, validation: isRefit ? nil : event["validation_loss"]?.asDouble,
            tokensPerSecond: event["tokens_per_second"]?.asDouble ?? 0, elapsedSeconds: elapsed,
            remainingSeconds: pace.map { $0 * Double(max(0, steps - step)) })
        if isLive {
            StandardError.write("\r\u{1B}[K" + progress.live(columns: StandardError.columns))
            isBarShown = true
            return
        }
        if isPlainDue(elapsed) || step == steps { StandardError.write(progress.plain + "\n") }
    }

    /// Whether it is time for a plain line; ever more seldom.
    private func isPlainDue(_ elapsedSeconds: Double) -> Bool {
        let now = Clock.monotonicSeconds()
        let interval = min(Self.plainSecondsMax, max(Self.plainSecondsMin, elapsedSeconds / Self.plainShare))
        guard now - plainAt >= interval else { return false }
        plainAt = now
        return true
    }

    private func line(_ text: String) {
        if isBarShown { StandardError.write("\n") }
        isBarShown = false
        // The last column stays free: some terminals wrap when it is written.
        let width = isLive ? StandardError.columns - 1 : nil
        for line in WrappedText.lines(text, width: width) { StandardError.write(line + "\n") }
    }
}
