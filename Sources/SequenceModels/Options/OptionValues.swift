/// Values of options by name, and those of groups within.
package struct OptionValues: Sendable, Equatable {
    // Lists, for they are short: a row is found in them sooner than in a dictionary, and a copy of one costs less. What
    // is looked through stands apart from the values, for a look at a value is a copy.
    private var rows: [OptionRow] = []
    private var values: [any OptionValue] = []
    private var groupNames: [String] = []
    private var groups: [OptionValues] = []

    /// Nothing is said.
    package init() {}

    /// Whether nothing is said.
    var isEmpty: Bool { rows.isEmpty && groups.isEmpty }

    private func place(_ row: OptionRow) -> Int? { rows.firstIndex { $0 === row } }

    private func place(group name: String) -> Int? { groupNames.firstIndex(of: name) }

    private mutating func append(_ row: OptionRow, _ value: any OptionValue) {
        rows.append(row)
        values.append(value)
    }

    /// The value of an option, or nil.
    package subscript(row: OptionRow) -> (any OptionValue)? {
        get { place(row).map { values[$0] } }
        set {
            switch (place(row), newValue) {
            case (let place?, let value?): values[place] = value
            case (nil, let value?): append(row, value)
            case (let place?, nil):
                rows.remove(at: place)
                values.remove(at: place)
            case (nil, nil): break
            }
        }
    }

    subscript<Value: OptionValue>(row: OptionRow, as type: Value.Type) -> Value? {
        place(row).flatMap { values[$0] as? Value }
    }

    /// A group, or nil.
    subscript(group name: String) -> OptionValues? {
        get { place(group: name).map { groups[$0] } }
        set {
            switch (place(group: name), newValue) {
            case (let place?, let values?): groups[place] = values
            case (nil, let values?):
                groupNames.append(name)
                groups.append(values)
            case (let place?, nil):
                groupNames.remove(at: place)
                groups.remove(at: place)
            case (nil, nil): break
            }
        }
    }

    /// Takes a group out that is always present, to be put back: empty and absent are the same.
    mutating func take(group name: String) -> OptionValues {
        guard let place = place(group: name) else { return OptionValues() }
        var taken = OptionValues()
        swap(&taken, &groups[place])
        return taken
    }

    /// Puts it back.
    mutating func putBack(_ values: OptionValues, group name: String) {
        self[group: name] = values.isEmpty ? nil : values
    }

    /// Puts in what a request says about a group; nothing, where that is the same as silence.
    package mutating func put(_ values: OptionValues, in group: OptionGroupRow) {
        if !values.isEmpty || !group.isPresent(in: .requested) { self[group: group.name] = values }
    }

    package static func == (a: OptionValues, b: OptionValues) -> Bool {
        a.rows.count == b.rows.count && a.groups.count == b.groups.count
            && zip(a.rows, a.values).allSatisfy { $1.isEqual(to: b[$0]) }
            && zip(a.groupNames, a.groups).allSatisfy { $1 == b[group: $0] }
    }
}

extension OptionValues {
    /// Which values must be there.
    package enum Completeness: Sendable {
        /// Those that were given.
        case requested
        /// All that are not conditional.
        case effective
    }

    /// What was given, and the defaults elsewhere; groups that only some tasks have are left out.
    init(_ members: [OptionMember], filling given: OptionValues, _ context: OptionContext) {
        self.init()
        rows.reserveCapacity(members.count)
        values.reserveCapacity(members.count)
        for member in members {
            switch member {
            case .option(let row):
                // No row comes twice.
                if let value = row.value(given: given[row], context) { append(row, value) }
            case .group(let group):
                if group.presence != .always { continue }
                putBack(
                    OptionValues(group.members, filling: given[group: group.name] ?? OptionValues(), context),
                    group: group.name)
            }
        }
    }

    /// - Throws: `DecodingError` when a value is of another type, or is missing in effective settings.
    init(
        _ members: [OptionMember], _ completeness: Completeness, from container: KeyedDecodingContainer<OptionKey>
    ) throws {
        self.init()
        for member in members {
            switch member {
            case .option(let row):
                let key = OptionKey(row.name)
                if completeness == .effective && !row.isConditional && row.older == nil {
                    self[row] = try row.type.required(key, from: container)
                } else {
                    self[row] = try row.type.optional(key, from: container)
                    if completeness == .effective, self[row] == nil { self[row] = row.older }
                }
            case .group(let group):
                let key = OptionKey(group.name)
                let isNeeded = completeness == .effective && group.isPresent(in: completeness)
                let isThere = container.contains(key) ? try !container.decodeNil(forKey: key) : false
                guard isNeeded || isThere else { continue }
                let nested = try OptionValues(
                    group.members, completeness, from: container.nestedContainer(keyedBy: OptionKey.self, forKey: key))
                if !nested.isEmpty || !group.isPresent(in: completeness) { self[group: group.name] = nested }
            }
        }
    }

    /// - Throws: what the encoder throws.
    func encode(
        _ members: [OptionMember], _ completeness: Completeness, to container: inout KeyedEncodingContainer<OptionKey>
    ) throws {
        for member in members {
            switch member {
            case .option(let row):
                let value = self[row] ?? (completeness == .effective ? row.initial : nil)
                if let value { try container.encode(value, forKey: OptionKey(row.name)) }
            case .group(let group):
                let empty = group.isPresent(in: completeness) ? OptionValues() : nil
                guard let nested = self[group: group.name] ?? empty else { continue }
                var inner = container.nestedContainer(keyedBy: OptionKey.self, forKey: OptionKey(group.name))
                try nested.encode(group.members, completeness, to: &inner)
            }
        }
    }

    /// What `encode` writes.
    /// - Parameter members: in the order of their names.
    func content(_ members: [OptionMember], _ completeness: Completeness) -> [(name: String, content: OptionContent)] {
        var result: [(name: String, content: OptionContent)] = []
        result.reserveCapacity(members.count)
        for member in members {
            switch member {
            case .option(let row):
                let value = self[row] ?? (completeness == .effective ? row.initial : nil)
                if let value { result.append((row.name, value.content)) }
            case .group(let group):
                let empty = group.isPresent(in: completeness) ? OptionValues() : nil
                guard let nested = self[group: group.name] ?? empty else { continue }
                result.append((group.name, .members(nested.content(group.membersByName, completeness))))
            }
        }
        return result
    }
}
