import RecurrentLayers

/// Lists of positions in the input as targets.
struct PositionTarget: Sendable {
    /// Whether answers end by themselves, and not with their inputs.
    let hasEnd: Bool
    /// Whether an answer has an item once at most.
    let isOnce: Bool

    /// - Parameters: items: of the input. - once: whether no position may come twice.
    static func encode(_ example: TrainingExample, items: Int, once: Bool, pointer: String) throws(Faults) -> [Int32] {
        var seen = Set<Int>()
        var positions: [Int32] = []
        let numbers = example.numbers ?? []
        for (step, number) in numbers.enumerated() {
            var place: String { numbers.count == 1 ? pointer : "\(pointer)/\(step)" }
            guard let position = Int(exactly: number), 0..<items ~= position else {
                throw Faults(
                    place, "\(spelled(number)) is not a position in the input: whole numbers from 0 to \(items - 1) are"
                )
            }
            if once && !seen.insert(position).inserted {
                throw Faults(
                    place,
                    "position \(position) comes twice, and \"pointer\": {\"once\": true} lets each come once only")
            }
            positions.append(Int32(position))
        }
        return positions
    }

    private static func spelled(_ number: Double) -> String {
        Int(exactly: number).map { String($0) } ?? String(number)
    }

    /// Whether no target has a position twice.
    static func areUnique(_ examples: [TrainingExample]) -> Bool {
        examples.allSatisfy { example in
            let numbers = example.numbers ?? []
            return Set(numbers).count == numbers.count
        }
    }
}

extension PositionTarget: PairedTarget {
    typealias Network = PointerNetwork
    static var task: TaskKind { .pointer }

    static func parts(of description: ModelDescription) throws(ModelError) -> (
        target: PositionTarget, shape: PointerSettings
    ) {
        guard case .pointer(let shape) = description.network else { throw .unfitDescription(member: "network") }
        return (PositionTarget(hasEnd: shape.hasEnd, isOnce: shape.usesOnce), shape)
    }

    // Choice 0 is the end, 1 + j is item j; −1 means nothing.

    var end: Int32? { hasEnd ? 0 : nil }
    var start: Int32 { -1 }
    var banned: Int32? { nil }
    func choice(of element: Int32) -> Int32 { element + 1 }
    func element(of choice: Int32) -> Int32 { choice - 1 }

    static var missingInput: String { "a sequence of items is needed" }
    static func hasAttention(_ shape: PointerSettings) -> Bool { true }

    /// Each item once, and no end: the answer is an order of all items.
    func stepsMax(wanted: Int?, inputSteps: Int, facts: PairFacts) -> Int {
        let natural = isOnce ? inputSteps + (hasEnd ? 1 : 0) : facts.lengthMax(steps: inputSteps)
        return min(natural, wanted ?? natural)
    }

    func output(_ elements: [Int32]) -> PositionOutput { PositionOutput(indices: elements.map { Int($0) }) }

    func event(_ step: DecodedStep, index: Int, attention: [Float]?) -> any PredictionEvent {
        PositionEvent(
            index: index, position: Int(element(of: step.choice)), logprob: step.logprob, attention: attention)
    }

    /// h and c, twice for reordering.
    static func rowSizeBytes(_ shape: PointerSettings) -> Int {
        4 * shape.decoder.layers * shape.decoder.hidden * MemoryLayout<Float>.size
    }

    /// Each row knows which items were chosen, and the score of each.
    static var rowStepSizeBytes: Int { 3 * MemoryLayout<Float>.size }
}
