/// Where the trainings of a cross-validation stand: what a checkpoint has of it beside weights.
struct FoldProgress: Sendable, Equatable {
    /// Folds that are trained, the first ones; 0 while that is not decided.
    var used = 0
    /// Of each fold that was searched, how long its training was best.
    var choices: [EpochChoice] = []
    /// Folds that were trained for as long as was found; their weights are kept.
    var repeated = 0
    /// Of the trainings that are over.
    var steps = 0, tokens = 0, seconds = 0.0
    /// Of those that found the epochs.
    var searchSteps = 0
    /// What the client was warned of already.
    var warned: [GradientPicture.Trouble] = []

    init() {}

    /// Whether every fold was trained twice.
    var isDone: Bool { used > 0 && repeated == used }
    /// Whether the training to come is one that finds the epochs.
    var isSearch: Bool { choices.count < max(1, used) }
    /// The fold of the training to come.
    var fold: Int { isSearch ? choices.count : repeated }

    // MARK: Checkpoints

    private static let prefix = "fold_"

    /// Floating-point numbers as bit patterns: exact.
    var metadata: [String: String] {
        [
            "fold_used": "\(used)", "fold_choices": choices.map(\.text).joined(separator: ","),
            "fold_repeated": "\(repeated)", "fold_steps": "\(steps)", "fold_tokens": "\(tokens)",
            "fold_seconds": String(seconds.bitPattern, radix: 16), "fold_search_steps": "\(searchSteps)",
            "fold_warned": warned.map(\.rawValue).joined(separator: ","),
        ]
    }

    /// - Parameters: count: K. - epochs: of a training, at most.
    /// - Throws: `TrainingFailure` naming the entry that is missing or out of reach.
    init(metadata: [String: String], folds count: Int, epochs: Int) throws(TrainingFailure) {
        func whole(_ key: String, _ most: Int) throws(TrainingFailure) -> Int {
            guard let value = metadata[key].flatMap({ Int($0) }), 0...most ~= value else { throw Self.unreadable(key) }
            return value
        }
        used = try whole("fold_used", count)
        repeated = try whole("fold_repeated", used)
        steps = try whole("fold_steps", Self.countMax)
        tokens = try whole("fold_tokens", Self.countMax)
        searchSteps = try whole("fold_search_steps", steps)
        guard let bits = metadata["fold_seconds"].flatMap({ UInt64($0, radix: 16) }),
            0..<Self.secondsMax ~= Double(bitPattern: bits)
        else { throw Self.unreadable("fold_seconds") }
        seconds = Double(bitPattern: bits)
        for text in (metadata["fold_choices"] ?? "").split(separator: ",") {
            guard let choice = EpochChoice(text: String(text), epochsMax: epochs) else {
                throw Self.unreadable("fold_choices")
            }
            choices.append(choice)
        }
        guard choices.count <= used, repeated == 0 || choices.count == used else {
            throw Self.unreadable("fold_choices")
        }
        for word in (metadata["fold_warned"] ?? "").split(separator: ",") {
            guard let trouble = GradientPicture.Trouble(rawValue: String(word)), !warned.contains(trouble) else {
                throw Self.unreadable("fold_warned")
            }
            warned.append(trouble)
        }
    }

    /// Far more than any machine does, and far from an overflow; a thousand years.
    private static let countMax = 1 << 60, secondsMax = 3.2e10

    private static func unreadable(_ key: String) -> TrainingFailure {
        TrainingFailure(message: "the checkpoint's entry \"\(key)\" is missing or unreadable")
    }
}
