/// Looks at the data as a data scientist would before training, and says what stands out.
enum DataAudit {
    static func notes(_ examples: [TrainingExample]) -> [String] {
        var notes: [String] = []
        let empty = examples.indices.filter { isEmpty(examples[$0].input) }
        if !empty.isEmpty {
            notes.append("\(counted(empty.count, "sequence is", "sequences are")) empty (first: \(empty[0]))")
        }
        let duplicates = duplicateCount(examples)
        if duplicates > 0 {
            notes.append("\(counted(duplicates, "sequence repeats", "sequences repeat")) an earlier one")
        }
        notes += missingAndConstant(examples)
        return notes + likeLabels(examples)
    }

    private static let likeLabelsMax = 5

    /// Labels that differ by blanks or capitals only are different labels; who wrote them may not have meant that.
    private static func likeLabels(_ examples: [TrainingExample]) -> [String] {
        var labels: Set<String> = []
        for example in examples {
            if let label = example.label { labels.insert(label) }
            for case let label? in example.labels ?? [] { labels.insert(label) }
        }
        let groups = Dictionary(grouping: labels) { label in
            label.split(whereSeparator: \.isWhitespace).joined(separator: " ").lowercased()
        }
        let like = groups.values.filter { $0.count > 1 }.map { $0.sorted() }.sorted { $0[0] < $1[0] }
        return like.prefix(likeLabelsMax).map { labels in
            let names = labels.map { "\"\($0)\"" }.joined(separator: ", ")
            return "labels that differ by blanks or capitals only are different ones: \(names)"
        } + (like.count > likeLabelsMax ? ["\(like.count - likeLabelsMax) more groups of labels are that alike"] : [])
    }

    private static func missingAndConstant(_ examples: [TrainingExample]) -> [String] {
        guard case .numeric(let first)? = examples.first?.input else { return [] }
        let channels = first.channels
        var missing = 0, total = 0
        var low = [Double](repeating: .infinity, count: channels)
        var high = [Double](repeating: -.infinity, count: channels)
        for example in examples {
            guard case .numeric(let series) = example.input, series.channels == channels else { continue }
            total += series.values.count
            for (index, value) in series.values.enumerated() {
                if value.isNaN { missing += 1; continue }
                low[index % channels] = min(low[index % channels], value)
                high[index % channels] = max(high[index % channels], value)
            }
        }
        var notes: [String] = []
        if missing > 0 { notes.append("\(missing) of \(total) values are missing; they are masked") }
        for channel in 0..<min(channels, 100) where low[channel] >= high[channel] {
            notes.append(
                low[channel] > high[channel]
                    ? "channel \(channel) has no value at all" : "channel \(channel) is constant")
        }
        return notes
    }

    private static func duplicateCount(_ examples: [TrainingExample]) -> Int {
        var seen = Set<Int>()
        var count = 0
        for example in examples where !isEmpty(example.input) {
            var hasher = Hasher()
            switch example.input {
            case .numeric(let series): hasher.combine(series.values.map(\.bitPattern))
            case .text(let text): hasher.combine(text)
            case .symbols(let symbols): hasher.combine(symbols)
            }
            if case .numbers(let numbers)? = example.target {
                hasher.combine(numbers.map(\.bitPattern))
            } else {
                hasher.combine(example.target)
            }
            if !seen.insert(hasher.finalize()).inserted { count += 1 }
        }
        return count
    }

    private static func isEmpty(_ value: SequenceValue) -> Bool {
        switch value {
        case .numeric(let series): series.values.isEmpty
        case .text(let text): text.isEmpty
        case .symbols(let symbols): symbols.isEmpty
        }
    }

    private static func counted(_ count: Int, _ one: String, _ many: String) -> String {
        "\(count) \(count == 1 ? one : many)"
    }
}
