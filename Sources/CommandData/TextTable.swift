/// Rows under heads, aligned with spaces: for people. Machines take `--json`.
package struct TextTable {
    /// One column.
    package struct Column {
        let title: String
        let isNumeric: Bool
        let isWhole: Bool

        /// - Parameters:
        ///   - isNumeric: numbers stand right, below each other, and are not cut.
        ///   - isWhole: nor are names that are copied into the next command.
        package init(_ title: String, isNumeric: Bool = false, isWhole: Bool = false) {
            self.title = title
            self.isNumeric = isNumeric
            self.isWhole = isWhole || isNumeric
        }
    }

    private static let gap = 2
    /// What is cut keeps as many characters.
    private static let widthMin = 8

    private let columns: [Column]
    private var rows: [[String]] = []

    /// A table without rows.
    package init(_ columns: [Column]) { self.columns = columns }

    /// Adds a row; missing cells at its end are empty.
    package mutating func append(_ cells: [String]) {
        let texts = cells.prefix(columns.count).map(Self.printable)
        rows.append(texts + [String](repeating: "", count: columns.count - texts.count))
    }

    /// Whether there are no rows.
    package var isEmpty: Bool { rows.isEmpty }

    /// The heads, then the rows; without spaces at the ends of lines.
    ///
    /// - Parameter width: columns of the terminal, which no line exceeds: texts are cut, and end with "…"; then the
    ///   last columns are left out, for a number that is cut would be another number. Nil cuts nothing.
    package func lines(width: Int? = nil) -> [String] {
        let all = [columns.map(\.title)] + rows
        let natural = columns.indices.map { index in all.map { $0[index].count }.max() ?? 0 }
        var widths = fitted(natural, width)
        while let width, widths.count > 1, Self.total(widths) > width {
            widths = fitted(Array(natural.prefix(widths.count - 1)), width)
        }
        return all.map { row in
            var line = ""
            for (index, cell) in row.prefix(widths.count).enumerated() {
                let text = Self.cut(cell, widths[index])
                let padding = String(repeating: " ", count: widths[index] - text.count)
                line += columns[index].isNumeric ? padding + text : text + padding
                line += String(repeating: " ", count: Self.gap)
            }
            while line.last == " " { line.removeLast() }
            return width.map { Self.cut(line, $0) } ?? line
        }
    }

    /// Takes what is too much from the widest texts that may be cut.
    private func fitted(_ natural: [Int], _ width: Int?) -> [Int] {
        var widths = natural
        guard let width else { return widths }
        while Self.total(widths) > width {
            let candidates = widths.indices.filter { !columns[$0].isWhole && widths[$0] > Self.widthMin }
            guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
            let next = candidates.filter { $0 != widest }.map { widths[$0] }.max() ?? Self.widthMin
            let target = max(Self.widthMin, min(next, widths[widest] - 1))
            widths[widest] -= min(Self.total(widths) - width, widths[widest] - target)
        }
        return widths
    }

    private static func total(_ widths: [Int]) -> Int { widths.reduce(0, +) + gap * (widths.count - 1) }

    /// A server's texts do not steer the terminal.
    package static func printable(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.isControl ? " " : $0 }))
    }

    private static func cut(_ text: String, _ width: Int) -> String {
        text.count > width ? text.prefix(max(0, width - 1)) + (width > 0 ? "…" : "") : text
    }
}

extension Unicode.Scalar.Properties {
    /// Of C0, C1, or what turns the direction of the text around.
    fileprivate var isControl: Bool { generalCategory == .control || generalCategory == .format }
}
