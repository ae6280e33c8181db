/// Finds out how a table is written, from its first lines.
package enum DialectSniffer {
    /// Separators in the order of their likeliness.
    private static let separators: [UInt8] = [
        UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t"), UInt8(ascii: "|"),
    ]
    /// Rows that are looked at.
    private static let rowsMax = 200
    private static let cellsMax = 20_000

    /// What was found.
    package struct Finding: Sendable, Equatable {
        /// The likeliest.
        package var dialect: Dialect
        /// What could be meant as well, as a question with its answers; nil where there is no doubt.
        package var doubt: String?
        /// A longer sample would tell nothing else.
        package var isSettled = false
    }

    /// - Parameters:
    ///   - sample: the beginning of the text, UTF-8.
    ///   - isWhole: it is all of the text.
    ///   - separator: nil to find it out.
    ///   - decimalMark: nil to find it out.
    ///   - hasHeader: nil to find it out.
    /// - Throws: `TableError.empty`, `.notText`.
    package static func sniff(
        _ sample: [UInt8], isWhole: Bool, separator: UInt8? = nil, decimalMark: UInt8? = nil,
        hasHeader: Bool? = nil
    ) throws(TableError) -> Finding {
        if sample.contains(0) { throw .notText(reason: "it has bytes of 0") }
        let hasComments = hasComments(sample), said = separatorLine(sample), separator = separator ?? said
        var best: (score: Double, candidate: Candidate)?, fault: TableError?
        for separator in separator.map({ [$0] }) ?? separators {
            var dialect = Dialect(separator: separator, hasComments: hasComments)
            dialect.hasSeparatorLine = said != nil
            let rows: [[String]]
            do throws(TableError) {
                rows = try self.rows(sample, dialect, isWhole: isWhole)
            } catch {
                fault = fault ?? error
                continue
            }
            guard !rows.isEmpty else { continue }
            let isFull = rows.count >= rowsMax || rows.reduce(0) { $0 + $1.count } >= cellsMax
            let candidate = Candidate(rows, dialect, decimalMark: decimalMark, hasAllRows: isFull)
            if candidate.score > (best?.score ?? -1) { best = (candidate.score, candidate) }
        }
        if separator == nil, best?.candidate.hasOneColumn ?? true, areBlanksBetweenCells(sample) {
            throw .blanksBetweenCells
        }
        guard let best = best?.candidate else { throw fault ?? .empty }
        var dialect = best.dialect
        dialect.hasHeader = hasHeader ?? best.hasHeader
        return Finding(
            dialect: dialect, doubt: decimalMark == nil ? best.doubt : nil, isSettled: isWhole || best.hasAllRows)
    }

    /// How a text of unknown kind is written if it is a table: several rows of as many cells, or numbers below each
    /// other; nil for others.
    ///
    /// - Parameter sample: the beginning of the text, UTF-8.
    /// - Throws: `TableError.blanksBetweenCells` for what would be a table with another separator.
    package static func findTable(_ sample: [UInt8], isWhole: Bool) throws(TableError) -> Finding? {
        let finding: Finding
        do throws(TableError) {
            finding = try sniff(sample, isWhole: isWhole)
        } catch {
            if error == .blanksBetweenCells { throw error }
            return nil
        }
        let dialect = finding.dialect
        guard let rows = try? rows(sample, dialect, isWhole: isWhole), rows.count >= 4 else { return nil }
        let reader = CellNumber(dialect), body = rows.dropFirst(), count = rows[1].count
        let areEven = body.count { $0.count == count } * 10 >= body.count * 9
        // A text has no columns of numbers.
        let numbers = (0..<count).count { column in
            body.count { row in
                guard row.count > column else { return false }
                var cell = row[column]
                return cell.withUTF8 { reader.read($0) != nil }
            } * 10 >= body.count * 8
        }
        return areEven && numbers > 0 ? finding : nil
    }

    /// Of `sep=;`.
    private static func separatorLine(_ sample: [UInt8]) -> UInt8? {
        let line = sample.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        guard line.count == 5, line.starts(with: "sep=".utf8), let separator = line.last else { return nil }
        return separators.contains(separator) ? separator : nil
    }

    /// Whether lines are cells with blanks between them, some of which are numbers below each other.
    private static func areBlanksBetweenCells(_ sample: [UInt8]) -> Bool {
        let lines = sample.split(separator: UInt8(ascii: "\n")).dropFirst().prefix(50).map { line in
            line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") }
        }
        guard lines.count > 3, let count = lines.first?.count, count > 1, lines.allSatisfy({ $0.count == count }) else {
            return false
        }
        let reader = CellNumber(Dialect())
        return (0..<count).contains { column in
            lines.allSatisfy { line in line[column].withUnsafeBufferPointer { reader.read($0) != nil } }
        }
    }

    private static func hasComments(_ sample: [UInt8]) -> Bool {
        // A first line that begins with # and has other lines behind it that do not.
        guard sample.first == UInt8(ascii: "#") else { return false }
        let lines = sample.split(separator: UInt8(ascii: "\n")).prefix(50)
        return lines.contains { $0.first != UInt8(ascii: "#") }
    }

    private static func rows(
        _ sample: [UInt8], _ dialect: Dialect, isWhole: Bool
    ) throws(TableError) -> [[String]] {
        var rows: [[String]] = [], cells = 0
        var scanner = RowScanner(dialect)
        try scanner.feed(sample, isLast: isWhole) { row in
            rows.append(row.texts)
            cells += row.count
            return rows.count < rowsMax && (cells < cellsMax || rows.count < 3)
        }
        // A sample without a line end is one row all the same.
        if rows.isEmpty, !isWhole {
            try scanner.feed([], isLast: true) { row in
                rows.append(row.texts)
                return false
            }
        }
        return rows
    }
}

/// A table as one separator would have it.
private struct Candidate {
    private(set) var dialect: Dialect
    private(set) var doubt: String?
    private(set) var hasHeader = false
    private(set) var hasOneColumn: Bool
    /// All rows that are looked at are there.
    private(set) var hasAllRows: Bool
    private(set) var score: Double

    init(_ rows: [[String]], _ dialect: Dialect, decimalMark: UInt8?, hasAllRows: Bool) {
        self.hasAllRows = hasAllRows
        self.dialect = dialect
        let body = Array(rows.dropFirst())
        let counts = Dictionary(grouping: body.isEmpty ? rows : body, by: \.count)
        let usual = counts.max { ($0.value.count, $0.key) < ($1.value.count, $1.key) }
        let consistency = Double(usual?.value.count ?? 0) / Double(max(1, body.isEmpty ? rows.count : body.count))
        let marks = NumberMarks(body.isEmpty ? rows : body, separator: dialect.separator, decimalMark: decimalMark)
        self.dialect.decimalMark = marks.decimalMark
        self.dialect.thousandsMark = marks.thousandsMark
        doubt = marks.doubt
        let columns = usual?.key ?? 1
        hasOneColumn = columns == 1
        // A separator that splits nothing is none; one that leaves readable cells is the likelier.
        let isEven = rows[0].count == columns || rows[0].count + 1 == columns && columns > 2
        score = (columns > 1 ? 1.0 : 0.1) * (0.3 + marks.readable) * (0.2 + consistency) * (isEven ? 1 : 0.5)
        hasHeader = HeaderTest.hasHeader(rows, self.dialect)
    }
}
