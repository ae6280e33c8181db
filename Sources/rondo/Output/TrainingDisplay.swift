import JSON
import SequenceService
import System

/// Shows a job's events: a live bar on a terminal, plain lines otherwise.
final class TrainingDisplay {
    private static let barWidth = 24
    private static let barWidthMin = 4
    private static let plainSeconds = 1.0

    private let isLive = StandardError.isTerminal
    private var plainAt = 0.0
    private var isBarShown = false

    func show(_ event: JSONValue) {
        switch event["type"]?.asString {
        case "metrics": metrics(event)
        case "warning": line("warning: \(event["message"]?.asString ?? "")")
        case "status": line(event["status"]?.asString ?? "")
        case "checkpoint": if !isLive { line("checkpoint at step \(event["step"]?.asInt ?? 0)") }
        default: break
        }
    }

    private func metrics(_ event: JSONValue) {
        let step = event["step"]?.asInt ?? 0
        let steps = max(1, event["steps"]?.asInt ?? 1)
        var text =
            "epoch \(event["epoch"]?.asInt ?? 0)/\(event["epochs"]?.asInt ?? 0)  step \(step)/\(steps)  loss "
            + "\(short(event["train_loss"]))"
        if let validation = event["validation_loss"], !validation.isNull { text += "  validation \(short(validation))" }
        text += "  \(event["tokens_per_second"]?.asInt ?? 0) tokens/s"
        if isLive {
            StandardError.write(
                "\r\u{1B}[K" + Self.live(text, step: step, steps: steps, columns: StandardError.columns))
            isBarShown = true
        } else if Clock.monotonicSeconds() - plainAt >= Self.plainSeconds || step == steps {
            plainAt = Clock.monotonicSeconds()
            StandardError.write(text + "\n")
        }
    }

    /// A bar and the text in one line of the terminal: the bar shrinks first, then the text is cut.
    private static func live(_ text: String, step: Int, steps: Int, columns: Int) -> String {
        // The last column stays free: some terminals wrap when it is written.
        let width = min(barWidth, columns - 2 - text.count)
        guard width >= barWidthMin else { return String(text.prefix(max(0, columns - 1))) }
        let filled = min(width, width * step / steps)
        return String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled) + " " + text
    }

    private func line(_ text: String) {
        if isBarShown { StandardError.write("\n") }
        isBarShown = false
        StandardError.write(text + "\n")
    }

    /// Four significant digits, more or less.
    private func short(_ value: JSONValue?) -> String {
        guard let number = value?.asDouble else { return "-" }
        return ((number * 10_000).rounded() / 10_000).description
    }
}
