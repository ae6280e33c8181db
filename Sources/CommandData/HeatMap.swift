/// A matrix of shares as a picture: rows are the steps of an answer, columns the positions of its input.
///
/// Columns that do not fit side by side follow in further panels below, each with its own heads.
package struct HeatMap {
    /// What a cell is drawn with.
    package enum Style {
        /// Backgrounds of the 256-colour palette, two columns a cell.
        case colours
        /// Block elements, one column a cell.
        case shades
        /// Tenths as digits, `.` for nothing: for files, pipes and logs.
        case digits
    }

    /// Heads of columns are written downwards, so many characters at most.
    private static let headHeightMax = 12
    private static let labelWidthMax = 16

    private let rows: [String]
    private let columns: [String]
    /// `[rows][columns]`, 0 to 1.
    private let values: [[Double]]

    /// - Parameters:
    ///   - rows: names of the answer's steps.
    ///   - columns: names of the input's positions.
    ///   - values: `[rows][columns]`, 0 to 1.
    package init(rows: [String], columns: [String], values: [[Double]]) {
        self.rows = rows
        self.columns = columns
        self.values = values
    }

    /// The picture, line by line.
    ///
    /// - Parameter width: columns of the terminal.
    package func lines(width: Int, style: Style) -> [String] {
        let labels = rows.map { Self.cut(Self.visible($0), Self.labelWidthMax) }
        let labelWidth = labels.map(\.count).max() ?? 0
        let cellWidth = style == .colours ? 2 : 1
        let perPanel = max(1, (width - labelWidth - 2) / cellWidth)
        var lines: [String] = []
        for from in stride(from: 0, to: columns.count, by: perPanel) {
            let range = from..<min(from + perPanel, columns.count)
            if from > 0 { lines.append("") }
            if columns.count > perPanel { lines.append("positions \(range.lowerBound) to \(range.upperBound - 1)") }
            lines += heads(range, indent: labelWidth + 1, cellWidth: cellWidth)
            for (row, label) in labels.enumerated() {
                let cells = range.map { Self.cell(values[row][$0], style) }.joined()
                lines.append(
                    String(repeating: " ", count: labelWidth - label.count) + label + " " + cells
                        + (style == .colours ? "\u{1B}[0m" : ""))
            }
        }
        return lines
    }

    /// The names of columns, read downwards.
    private func heads(_ range: Range<Int>, indent: Int, cellWidth: Int) -> [String] {
        let names = range.map { Array(Self.cut(Self.visible(columns[$0]), Self.headHeightMax)) }
        let height = names.map(\.count).max() ?? 0
        return (0..<height).map { line in
            let cells = names.map { name -> String in
                let place = line - (height - name.count)
                let mark = place >= 0 ? String(name[place]) : " "
                return mark + String(repeating: " ", count: cellWidth - 1)
            }
            return String(repeating: " ", count: indent) + cells.joined()
        }
    }

    private static func cell(_ value: Double, _ style: Style) -> String {
        let share = value.isFinite ? min(1, max(0, value)) : 0
        switch style {
        case .colours: return "\u{1B}[48;5;\(232 + Int((share * 23).rounded()))m  "
        case .shades: return ["·", "░", "▒", "▓", "█"][Int((share * 4).rounded())]
        case .digits:
            let tenths = Int((share * 10).rounded())
            return tenths == 0 ? "." : tenths == 10 ? "#" : "\(tenths)"
        }
    }

    /// Spaces and what does not print would leave no trace.
    private static func visible(_ text: String) -> String {
        String(
            text.map { $0 == " " ? "␣" : $0.isWhitespace || $0.unicodeScalars.allSatisfy { $0.value < 32 } ? "¶" : $0 })
    }

    private static func cut(_ text: String, _ count: Int) -> String {
        text.count > count ? String(text.prefix(count - 1)) + "…" : text
    }
}
