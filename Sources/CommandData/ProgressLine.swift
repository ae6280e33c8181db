import SequenceModels

/// How far a training has come, as one line.
package struct ProgressLine: Sendable {
    private static let barWidthMax = 24
    private static let barWidthMin = 6

    /// Steps done.
    package var step: Int
    /// All steps as they are planned now.
    package var steps: Int
    /// The epoch under way, from 1.
    package var epoch: Int
    /// How many epochs there are at most.
    package var epochs: Int
    /// Loss per target in this epoch; nil if it is not known.
    package var loss: Double?
    /// On the held-back data; nil before the first.
    package var validation: Double?
    /// Targets learned from.
    package var tokensPerSecond: Double
    /// Since the training began to run.
    package var elapsedSeconds: Double
    /// Until all epochs are done; nil before a pace is known. Early stopping may end it sooner.
    package var remainingSeconds: Double?

    /// A line about one report.
    package init(
        step: Int, steps: Int, epoch: Int, epochs: Int, loss: Double?, validation: Double?, tokensPerSecond: Double,
        elapsedSeconds: Double, remainingSeconds: Double?
    ) {
        self.step = step
        self.steps = steps
        self.epoch = epoch
        self.epochs = epochs
        self.loss = loss
        self.validation = validation
        self.tokensPerSecond = tokensPerSecond
        self.elapsedSeconds = elapsedSeconds
        self.remainingSeconds = remainingSeconds
    }

    /// A part of the line; of several that do not fit the last is left out first.
    private enum Part: Int, CaseIterable {
        case percent, remaining, loss, elapsed, epoch, validation, speed
    }

    /// For files and logs: everything, without a bar.
    package var plain: String {
        "step \(step)/\(steps)  "
            + [.percent, .epoch, .loss, .validation, .speed].compactMap(text).joined(separator: "  ")
            + "  " + time([.elapsed, .remaining])
    }

    /// For a terminal: a bar, then as much of the text as leaves room for the bar.
    ///
    /// - Parameter columns: of the terminal; the last one stays free, since some terminals wrap when it is written.
    package func live(columns: Int) -> String {
        let room = max(0, columns - 1)
        var parts = Part.allCases
        while parts.count > 1, line(parts).count + 1 + Self.barWidthMin > room { parts.removeLast() }
        let text = line(parts), width = min(Self.barWidthMax, room - 1 - text.count)
        guard width >= Self.barWidthMin else { return String(text.prefix(room)) }
        return Self.bar(step, of: steps, width: width) + " " + text
    }

    /// As many full blocks as belong to `done` of `total`.
    static func bar(_ done: Int, of total: Int, width: Int) -> String {
        let filled = min(width, max(0, width * done / max(1, total)))
        return String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    }

    /// Below 100 until all is done.
    static func percent(_ done: Int, of total: Int) -> String {
        right("\(done >= total ? 100 : min(99, 100 * done / max(1, total)))", 3) + " %"
    }

    private func line(_ parts: [Part]) -> String {
        let order: [Part] = [.percent, .epoch, .loss, .validation, .speed]
        let texts = order.filter(parts.contains).compactMap(text)
        let time = time(parts.filter { $0 == .elapsed || $0 == .remaining })
        return (texts + (time.isEmpty ? [] : [time])).joined(separator: "  ")
    }

    private func text(_ part: Part) -> String? {
        switch part {
        case .percent: Self.percent(step, of: steps)
        case .epoch: "epoch \(Self.right("\(epoch)", "\(epochs)".count))/\(epochs)"
        case .loss: "loss " + (loss.map(Self.number) ?? "-")
        case .validation: validation.map { "validation " + Self.number($0) }
        case .speed: "\(Int(min(1e15, max(0, tokensPerSecond)))) tokens/s"
        case .elapsed, .remaining: nil
        }
    }

    private func time(_ parts: [Part]) -> String {
        let elapsed = parts.contains(.elapsed) ? DurationText.text(seconds: elapsedSeconds) : nil
        let left = parts.contains(.remaining) ? remainingSeconds.map { DurationText.text(seconds: $0) + " left" } : nil
        return [elapsed, left].compactMap { $0 }.joined(separator: ", ")
    }

    private static func number(_ value: Double) -> String { ReadableNumber.text(value, digits: 4, keepsZeros: true) }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
