/// The line of each row, where it begins: rows that stand in lines one after the other are one run.
package struct RowLines: Sendable, Equatable, ExpressibleByArrayLiteral {
    /// First rows and their lines; both rise.
    private var runs: [(row: Int, line: Int)] = []
    /// Rows.
    package private(set) var count = 0

    init() {}

    /// The lines of the rows.
    package init(arrayLiteral lines: Int...) {
        for line in lines { append(line) }
    }

    mutating func append(_ line: Int) {
        if let last = runs.last, line - last.line == count - last.row {
        } else {
            runs.append((count, line))
        }
        count += 1
    }

    /// Counted from 1.
    package subscript(row: Int) -> Int {
        var low = 0, high = runs.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if runs[middle].row <= row { low = middle } else { high = middle }
        }
        return runs[low].line + row - runs[low].row
    }

    package static func == (left: RowLines, right: RowLines) -> Bool {
        left.count == right.count && left.runs.elementsEqual(right.runs) { $0 == $1 }
    }
}
