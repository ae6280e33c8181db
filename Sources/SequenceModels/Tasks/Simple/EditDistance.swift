/// How many tokens must be inserted, left out or replaced to make one sequence of another (Levenshtein 1966).
package enum EditDistance {
    /// Cost: the product of the lengths, less where it ends early.
    /// - Parameter below: a distance as large as this may be told as any that is not smaller.
    package static func of(_ a: [Int32], _ b: [Int32], below: Int = .max) -> Int {
        if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
        var row = Array(0...b.count)
        for (i, token) in a.enumerated() {
            var diagonal = row[0], least = i + 1
            row[0] = i + 1
            for j in b.indices {
                let replaced = diagonal + (token == b[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, diagonal + 1, row[j] + 1)
                least = min(least, row[j + 1])
            }
            // No later row has less.
            if least >= below { return least }
        }
        return row[b.count]
    }
}
