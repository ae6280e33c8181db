import RecurrentLayers

/// Where the inputs of a step stand that are known beside the values of a series.
///
///     calendar · age · future: value, change, missing · past: value, missing · static: value, missing | categories
///
/// Categories are indices: of a future covariate that of the step and the one that its naive expectation has, of a past
/// one that of the step before, and one of each static one.
struct StepLayout: Sendable {
    /// Numbers of one step, before the categories.
    let numbers: Int
    /// One for each covariate of categories.
    let tables: [EmbeddingTable]
    /// By category of a step, its table.
    let fields: [Int]
    /// Whether there is anything at all.
    var isEmpty: Bool { width == 0 }
    /// Numbers and categories of one step.
    var width: Int { numbers + fields.count }

    /// What one covariate takes.
    struct Place: Sendable {
        let facts: CovariateFacts
        /// Of its numbers, or of its categories, among the values of a step.
        let columns: Range<Int>
        /// The category of each index; empty for numbers.
        let indices: [String: Int]
    }

    /// In the order of the model's facts.
    let future: [Place]
    let past: [Place]
    let fixed: [Place]
    /// All of them, in that order.
    let places: [Place]
    /// Numbers of the calendar, at the begin.
    let calendarWidth: Int

    init(_ inputs: ForecastInputs) {
        calendarWidth = inputs.calendar.reduce(0) { $0 + 2 * $1.harmonics }
        var numbers = calendarWidth + (inputs.ageSteps != nil ? 1 : 0)
        var tables: [EmbeddingTable] = [], fields: [Int] = []
        // Numbers come first, so that their count is known when categories are placed.
        func numberColumns(_ facts: CovariateFacts, _ count: Int) -> Range<Int> {
            guard facts.categories == nil else { return 0..<0 }
            defer { numbers += count }
            return numbers..<numbers + count
        }
        let futureNumbers = inputs.future.map { numberColumns($0, 3) }
        let pastNumbers = inputs.past.map { numberColumns($0, 2) }
        let fixedNumbers = inputs.fixed.map { numberColumns($0, 2) }
        func places(_ facts: [CovariateFacts], _ columns: [Range<Int>], fieldCount: Int) -> [Place] {
            zip(facts, columns).map { facts, columns in
                guard let categories = facts.categories, let rows = facts.tableRows else {
                    return Place(facts: facts, columns: columns, indices: [:])
                }
                let first = numbers + fields.count
                fields += [Int](repeating: tables.count, count: fieldCount)
                tables.append(EmbeddingTable(rows: rows, width: Self.embeddingWidth(rows: rows)))
                let indices = Dictionary(
                    zip(categories, 1...).map { ($0, $1) }, uniquingKeysWith: { first, _ in first })
                return Place(facts: facts, columns: first..<first + fieldCount, indices: indices)
            }
        }
        future = places(inputs.future, futureNumbers, fieldCount: 2)
        past = places(inputs.past, pastNumbers, fieldCount: 1)
        fixed = places(inputs.fixed, fixedNumbers, fieldCount: 1)
        self.places = future + past + fixed
        self.numbers = numbers
        self.tables = tables
        self.fields = fields
    }

    /// D of V categories: enough to tell them apart, and few enough to learn from little.
    static func embeddingWidth(rows: Int) -> Int { min(16, Int(Double(rows).squareRoot().rounded(.up)) + 1) }

    /// What the network reads of a step: these inputs after `path` numbers of the values.
    func networkInput(path: Int) -> NetworkSettings.Input {
        fields.isEmpty
            ? .numeric(channels: path + numbers) : .mixed(numbers: path + numbers, tables: tables, fields: fields)
    }
}
