/// Where a training stands and what it remembers: all of a checkpoint that is not a tensor.
struct TrainingProgress: Sendable, Equatable {
    var epoch = 0
    /// Steps of the epoch that are done.
    var step = 0
    /// Whether the second training, on all data, is under way.
    var refit = false
    /// Epochs of the second training.
    var refitEpochs = 0
    /// Optimiser steps of this training.
    var steps = 0
    /// Optimiser steps including those of the first training.
    var stepsBefore = 0
    var tokens = 0
    var epochLoss = 0.0
    var epochTargets = 0
    var lastValidation = Double.nan
    var bestValidation = Double.infinity
    /// 0-based epoch of the best validation; −1 before any.
    var bestEpoch = -1
    var epochsWithoutBetter = 0
    var seconds = 0.0
    /// Epochs from which on the schedule `plateau` has cut the rate once more.
    var cuts: [Int] = []
    /// Optimiser step of this training at which its cool-down began before it was planned; −1 where it did not.
    var coolFrom = -1
    /// Optimiser steps of that cool-down.
    var coolSteps = 0
    /// Epochs before the weights from which that cool-down began.
    var stableEpochs = 0
    /// Seconds of the training when the second one began.
    var trainingBegan = 0.0
    /// Epochs of the second training, its last ones, in which the rate falls as it did in the first; 0: as planned.
    var refitCoolEpochs = 0
    /// What its client was warned of already.
    var warned: [GradientPicture.Trouble] = []

    /// Floating-point numbers as bit patterns: exact.
    var metadata: [String: String] {
        [
            "format": "1", "epoch": "\(epoch)", "step": "\(step)", "refit": refit ? "1" : "0",
            "refit_epochs": "\(refitEpochs)",
            "steps": "\(steps)", "steps_before": "\(stepsBefore)", "tokens": "\(tokens)",
            "epoch_loss": Self.hex(epochLoss),
            "epoch_targets": "\(epochTargets)", "last_validation": Self.hex(lastValidation),
            "best_validation": Self.hex(bestValidation), "best_epoch": "\(bestEpoch)",
            "epochs_without_better": "\(epochsWithoutBetter)", "seconds": Self.hex(seconds),
            "cuts": cuts.map { "\($0)" }.joined(separator: ","),
            "cool_from": "\(coolFrom)", "cool_steps": "\(coolSteps)", "refit_cool_epochs": "\(refitCoolEpochs)",
            "stable_epochs": "\(stableEpochs)", "training_began": Self.hex(trainingBegan),
            "warned": warned.map(\.rawValue).joined(separator: ","),
        ]
    }

    init() {}

    /// - Throws: `TrainingFailure` naming the entry that is missing or unreadable.
    init(metadata: [String: String]) throws(TrainingFailure) {
        func whole(_ key: String) throws(TrainingFailure) -> Int {
            guard let value = metadata[key].flatMap({ Int($0) }), value >= -1 else { throw Self.unreadable(key) }
            return value
        }
        func real(_ key: String) throws(TrainingFailure) -> Double {
            guard let bits = metadata[key].flatMap({ UInt64($0, radix: 16) }) else { throw Self.unreadable(key) }
            return Double(bitPattern: bits)
        }
        guard metadata["format"] == "1" else { throw Self.unreadable("format") }
        epoch = try whole("epoch")
        step = try whole("step")
        refit = try whole("refit") == 1
        refitEpochs = try whole("refit_epochs")
        steps = try whole("steps")
        stepsBefore = try whole("steps_before")
        tokens = try whole("tokens")
        epochLoss = try real("epoch_loss")
        epochTargets = try whole("epoch_targets")
        lastValidation = try real("last_validation")
        bestValidation = try real("best_validation")
        bestEpoch = try whole("best_epoch")
        epochsWithoutBetter = try whole("epochs_without_better")
        seconds = try real("seconds")
        // Checkpoints of older versions have none of these.
        coolFrom = metadata["cool_from"] == nil ? -1 : try whole("cool_from")
        coolSteps = metadata["cool_steps"] == nil ? 0 : try whole("cool_steps")
        refitCoolEpochs = metadata["refit_cool_epochs"] == nil ? 0 : try whole("refit_cool_epochs")
        stableEpochs = metadata["stable_epochs"] == nil ? 0 : try whole("stable_epochs")
        trainingBegan = metadata["training_began"] == nil ? 0 : try real("training_began")
        for word in (metadata["cuts"] ?? "").split(separator: ",") {
            guard let epoch = Int(word) else { throw Self.unreadable("cuts") }
            cuts.append(epoch)
        }
        for word in (metadata["warned"] ?? "").split(separator: ",") {
            guard let trouble = GradientPicture.Trouble(rawValue: String(word)), !warned.contains(trouble) else {
                throw Self.unreadable("warned")
            }
            warned.append(trouble)
        }
    }

    /// Whether a training could have come here: what a file says is counted with, so it must be within reach.
    ///
    /// - Parameters:
    ///   - epochs: of the first training, at most.
    ///   - stepsPerEpoch: of the first training, and of the second on all data.
    ///   - refits: whether there is a second.
    /// - Throws: `TrainingFailure` naming the entry that is out of range.
    func check(epochs: Int, stepsPerEpoch: (first: Int, refit: Int), refits: Bool) throws(TrainingFailure) {
        let perEpoch = refit ? stepsPerEpoch.refit : stepsPerEpoch.first
        let counters: [(value: Int, range: ClosedRange<Int>, key: String)] = [
            (refit ? 1 : 0, 0...(refits ? 1 : 0), "refit"), (epoch, 0...epochs, "epoch"),
            (step, 0...max(0, perEpoch - 1), "step"), (refitEpochs, 0...epochs, "refit_epochs"),
            (steps, 0...epochs * perEpoch, "steps"),
            (stepsBefore, 0...(refit ? epochs * stepsPerEpoch.first : 0), "steps_before"),
            (tokens, 0...Self.countMax, "tokens"), (epochTargets, 0...Self.countMax, "epoch_targets"),
            (bestEpoch, -1...epochs, "best_epoch"), (epochsWithoutBetter, 0...epochs, "epochs_without_better"),
            (coolFrom, -1...epochs * perEpoch, "cool_from"), (coolSteps, 0...epochs * perEpoch, "cool_steps"),
            (refitCoolEpochs, 0...epochs, "refit_cool_epochs"), (stableEpochs, 0...epochs, "stable_epochs"),
            (cuts.count, 0...epochs, "cuts"), (cuts.min() ?? 0, 0...epochs + 1, "cuts"),
            (cuts.max() ?? 0, 0...epochs + 1, "cuts"),
        ]
        if let bad = counters.first(where: { !$0.range.contains($0.value) }) {
            throw TrainingFailure(
                message: "the checkpoint's entry \"\(bad.key)\" says \(bad.value), outside "
                    + "\(bad.range.lowerBound) … \(bad.range.upperBound)")
        }
        if !epochLoss.isFinite { throw Self.unreadable("epoch_loss") }
        if !(0..<Self.secondsMax ~= seconds) { throw Self.unreadable("seconds") }
        if !(0..<Self.secondsMax ~= trainingBegan) { throw Self.unreadable("training_began") }
    }

    /// Tokens that a training can have read: far more than any machine reads, and far from an overflow.
    private static let countMax = 1 << 60
    /// Seconds of a training over all its runs: a thousand years.
    private static let secondsMax = 3.2e10

    private static func unreadable(_ key: String) -> TrainingFailure {
        TrainingFailure(message: "the checkpoint's entry \"\(key)\" is missing or unreadable")
    }

    private static func hex(_ value: Double) -> String { String(value.bitPattern, radix: 16) }
}
