/// Values of options by name, and those of groups within.
package struct OptionValues: Sendable, Equatable {
    /// By the names of their rows.
    package private(set) var values: [String: any OptionValue] = [:]
    private(set) var groups: [String: OptionValues] = [:]

    /// Nothing is said.
    package init() {}

    /// Whether nothing is said.
    var isEmpty: Bool { values.isEmpty && groups.isEmpty }

    /// The value of an option, or nil.
    package subscript(name: String) -> (any OptionValue)? {
        get { values[name] }
        set { values[name] = newValue }
    }

    subscript<Value: OptionValue>(name: String, as type: Value.Type) -> Value? {
        get { values[name] as? Value }
        set { values[name] = newValue }
    }

    /// A group that is always present: empty and absent are the same.
    subscript(always name: String) -> OptionValues {
        get { groups[name] ?? OptionValues() }
        set { groups[name] = newValue.isEmpty ? nil : newValue }
    }

    /// A group that may be absent.
    subscript(group name: String) -> OptionValues? {
        get { groups[name] }
        set { groups[name] = newValue }
    }

    /// Puts in what a request says about a group; nothing, where that is the same as silence.
    package mutating func put(_ values: OptionValues, in group: OptionGroupRow) {
        if !values.isEmpty || !group.isPresent(in: .requested) { groups[group.name] = values }
    }

    package static func == (a: OptionValues, b: OptionValues) -> Bool {
        a.groups == b.groups && a.values.count == b.values.count
            && a.values.allSatisfy { $0.value.isEqual(to: b.values[$0.key]) }
    }
}

extension OptionValues {
    /// Which values must be there.
    enum Completeness {
        /// What was given.
        case requested
        /// All that are not conditional.
        case effective
    }

    /// What was given, and the defaults elsewhere; groups that only some tasks have are left out.
    init(_ members: [OptionMember], filling given: OptionValues, _ context: OptionContext) {
        self.init()
        for member in members {
            switch member {
            case .option(let row): values[row.name] = row.value(given: given[row.name], context)
            case .group(let group):
                if group.presence != .always { continue }
                self[always: group.name] = OptionValues(
                    group.members, filling: given[always: group.name], context)
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
                    values[row.name] = try row.type.required(key, from: container)
                } else {
                    values[row.name] = try row.type.optional(key, from: container)
                    if completeness == .effective, values[row.name] == nil { values[row.name] = row.older }
                }
            case .group(let group):
                let key = OptionKey(group.name)
                let isNeeded = completeness == .effective && group.isPresent(in: completeness)
                let isThere = container.contains(key) ? try !container.decodeNil(forKey: key) : false
                guard isNeeded || isThere else { continue }
                let nested = try OptionValues(
                    group.members, completeness, from: container.nestedContainer(keyedBy: OptionKey.self, forKey: key))
                if !nested.isEmpty || !group.isPresent(in: completeness) { groups[group.name] = nested }
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
                let value = values[row.name] ?? (completeness == .effective ? row.initial : nil)
                if let value { try container.encode(value, forKey: OptionKey(row.name)) }
            case .group(let group):
                let empty = group.isPresent(in: completeness) ? OptionValues() : nil
                guard let nested = groups[group.name] ?? empty else { continue }
                var inner = container.nestedContainer(keyedBy: OptionKey.self, forKey: OptionKey(group.name))
                try nested.encode(group.members, completeness, to: &inner)
            }
        }
    }
}
