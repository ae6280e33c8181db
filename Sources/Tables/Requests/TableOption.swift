/// What a client says of a table by name: with the options of a command, in a query, as members of a body.
package enum TableOption: String, Sendable, CaseIterable {
    case time
    case id
    case target
    case future
    case past
    case fixed = "static"
    case label
    case separator
    case decimal
    case missing
    case dates
    case layout
    case header

    /// Under which other name it is known, too.
    package var otherName: String? {
        switch self {
        case .id: "group"
        case .target: "columns"
        default: nil
        }
    }

    /// - Parameter name: its own, or the other one; nil for names of nothing.
    package init?(name: String) {
        guard let option = Self.allCases.first(where: { $0.rawValue == name || $0.otherName == name }) else {
            return nil
        }
        self = option
    }

    /// The role of the columns that it names; nil where it names none.
    package var role: ColumnRole? {
        switch self {
        case .time: .time
        case .id: .id
        case .target: .target
        case .future: .future
        case .past: .past
        case .fixed: .fixed
        case .label: .label
        case .separator, .decimal, .missing, .dates, .layout, .header: nil
        }
    }

    /// For people: a sentence.
    package var help: String {
        switch self {
        case .time: "The column that says when a row is."
        case .id: "The columns that tell series apart, with commas."
        case .target: "The columns to forecast, with commas."
        case .future: "Columns that are known ahead (prices, holidays), with commas."
        case .past: "Columns that are known up to now only, with commas."
        case .fixed: "Columns that are the same for all of a series, with commas."
        case .label: "The column to classify, to estimate or to tag with."
        case .separator: "Between cells: , ; | or tab."
        case .decimal: "The decimal mark, a point or a comma."
        case .missing: "Numbers that stand for a missing value (-999), with commas; none if none does."
        case .dates: "The order of dates: day/month/year, month/day/year or year/month/day."
        case .layout: "long (a row is a step), rows (a row is a series) or columns (a column is a series)."
        case .header: "Whether the first row has the names of the columns: true or false."
        }
    }

    /// The words that it takes; nil where it takes names of columns.
    package var words: [String]? {
        switch self {
        case .separator: [",", ";", "|", "tab"]
        case .decimal: [".", ","]
        case .dates: DateForm.allCases.map(\.rawValue)
        case .layout: TableLayout.allCases.map(\.rawValue)
        case .header: ["true", "false"]
        default: nil
        }
    }
}

/// A value that an option of tables does not take.
package struct TableOptionFault: Error, Equatable, CustomStringConvertible {
    /// Whose value it would be.
    package let option: TableOption
    /// What is wrong, and what would be right.
    package let description: String
}

extension TableInput {
    /// Takes what a client says.
    ///
    /// - Parameter text: names with commas between them, or a word.
    /// - Throws: `TableOptionFault` for a word that is none.
    package mutating func take(_ option: TableOption, _ text: String) throws(TableOptionFault) {
        if option.role != nil { return take(option, names: text.split(separator: ",").map(String.init)) }
        if option == .missing { return try takeMissing(text) }
        var word = text
        if option == .separator, text == "\t" || text == "\\t" { word = "tab" }
        guard let words = option.words, words.contains(word) else {
            let words = option.words ?? []
            throw TableOptionFault(
                option: option, description: "\(text): expected one of \(words.joined(separator: "  "))")
        }
        said[option] = [word]
        switch option {
        case .separator: reading.separator = word == "tab" ? UInt8(ascii: "\t") : word.utf8.first
        case .decimal: reading.decimalMark = word.utf8.first
        case .dates: reading.dateForm = DateForm(rawValue: word)
        case .layout: reading.layout = TableLayout(rawValue: word)
        case .header: reading.hasHeader = word == "true"
        default: break
        }
    }

    private mutating func takeMissing(_ text: String) throws(TableOptionFault) {
        var numbers: Set<Double> = []
        for part in text == "none" ? [] : text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let number = Double(part) else {
                throw TableOptionFault(option: .missing, description: "\(text): expected numbers, or none")
            }
            numbers.insert(number)
        }
        said[.missing] = [text]
        reading.missingNumbers = numbers
    }

    /// Takes the columns of a role.
    package mutating func take(_ option: TableOption, names: [String]) {
        guard let role = option.role else { return }
        said[option] = names
        roles.columns[role] = names
        // Ids stay what they are written as.
        if role == .id { reading.textColumns = Set(names) }
        if role == .time, names.count > 1 { reading.timeColumns = names }
    }
}
