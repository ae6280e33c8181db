import Kernels

/// Where the gradients of a step may differ from zero: everywhere but in the rows of an embedding whose symbols no
/// window read. Of a large vocabulary these are most.
///
/// What is done to gradients skips the rest, with the same bytes: zeros add nothing to a sum, nor to a norm.
///
/// Use: `begin`, `read` for each embedding of each window, `end`; nothing is allocated in the steady state.
// SAFETY: changed between the forks that read it.
package final class TouchedFloats: @unchecked Sendable {
    /// Floats in all.
    package let count: Int
    /// In order, apart from each other, and from one cache line to another.
    package private(set) var ranges: [Range<Int>]
    private var embeddings: [Embedding] = []
    private static let line = 16

    /// An embedding of `width` floats a row, from float `offset` on, and its rows that were read.
    private struct Embedding {
        let offset, width: Int
        var isRead: [Bool]
        var end: Int { offset + isRead.count * width }
    }

    /// All of `count` floats.
    package init(count: Int) {
        self.count = count
        ranges = [0..<count]
    }

    /// Forgets the windows of the step before.
    package func begin() {
        for index in embeddings.indices {
            for row in embeddings[index].isRead.indices { embeddings[index].isRead[row] = false }
        }
    }

    /// Adds the rows of an embedding `[rows, width]` that a window reads; its gradient is zero elsewhere.
    func read(_ symbols: Symbols, offset: Int, rows: Int, width: Int) {
        let index = index(offset: offset, rows: rows, width: width)
        for place in 0..<symbols.count { embeddings[index].isRead[symbols[place]] = true }
    }

    /// Adds the rows of a field's table that the raw rows of a window read.
    func read(_ rows: Matrix, _ field: CategoryField) {
        let index = index(offset: field.offset, rows: field.table.rows, width: field.table.width)
        for row in 0..<rows.rows { embeddings[index].isRead[field.category(of: rows[row])] = true }
    }

    /// Where an embedding stands among those that were read.
    private func index(offset: Int, rows: Int, width: Int) -> Int {
        let index = embeddings.firstIndex { $0.offset >= offset } ?? embeddings.endIndex
        if index == embeddings.endIndex || embeddings[index].offset != offset {
            let isRead = [Bool](repeating: false, count: rows)
            embeddings.insert(Embedding(offset: offset, width: width, isRead: isRead), at: index)
        }
        return index
    }

    /// Makes `ranges` those of the windows that were read since `begin`.
    package func end() {
        ranges.removeAll(keepingCapacity: true)
        var start = 0
        for embedding in embeddings {
            append(start..<embedding.offset)
            for row in embedding.isRead.indices where embedding.isRead[row] {
                let first = embedding.offset + row * embedding.width
                append(first..<first + embedding.width)
            }
            start = embedding.end
        }
        append(start..<count)
    }

    private func append(_ range: Range<Int>) {
        guard !range.isEmpty else { return }
        let lower = range.lowerBound / Self.line * Self.line
        let upper = min(count, (range.upperBound + Self.line - 1) / Self.line * Self.line)
        if let last = ranges.last, lower <= last.upperBound {
            ranges[ranges.count - 1] = last.lowerBound..<max(upper, last.upperBound)
        } else {
            ranges.append(lower..<upper)
        }
    }

    /// Calls the body with what of `piece` is touched, in order.
    func forEach(in piece: Range<Int>, _ body: (Range<Int>) -> Void) {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound <= piece.lowerBound { low = middle + 1 } else { high = middle }
        }
        while low < ranges.count, ranges[low].lowerBound < piece.upperBound {
            body(ranges[low].clamped(to: piece))
            low += 1
        }
    }
}
