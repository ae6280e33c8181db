/// Lists of positions as targets.
enum PointerTarget {
    /// - Parameters: items: of the input. - once: whether no position may come twice.
    static func encode(_ example: TrainingExample, items: Int, once: Bool, pointer: String) throws(Faults) -> [Int32] {
        var seen = Set<Int>()
        var positions: [Int32] = []
        let numbers = example.numbers ?? []
        for (step, number) in numbers.enumerated() {
            let place = numbers.count == 1 ? pointer : "\(pointer)/\(step)"
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
