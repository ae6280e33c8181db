/// What a request said about a group of options: each is nil until it is given.
@dynamicMemberLookup
package struct RequestedOptions<Group: OptionGroup>: Sendable, Equatable {
    /// By name.
    package var values: OptionValues

    /// A request that leaves everything to its default.
    package init() { values = OptionValues() }

    /// - Parameter values: by the names of the rows of `Group`.
    package init(values: OptionValues) { self.values = values }

    /// What was said about an option; nil: choose from the data.
    package subscript<Value>(dynamicMember path: KeyPath<Group, Option<Value>>) -> Value? {
        get { values[Group.rows[keyPath: path].row.name, as: Value.self] }
        set { values[Group.rows[keyPath: path].row.name, as: Value.self] = newValue }
    }

    /// What was said about an option; nil: choose from the data, or leave it out.
    package subscript<Value>(dynamicMember path: KeyPath<Group, ConditionalOption<Value>>) -> Value? {
        get { values[Group.rows[keyPath: path].row.name, as: Value.self] }
        set { values[Group.rows[keyPath: path].row.name, as: Value.self] = newValue }
    }

    /// A group within.
    package subscript<Inner>(dynamicMember path: KeyPath<Group, Subgroup<Inner>>) -> RequestedOptions<Inner> {
        get { RequestedOptions<Inner>(values: values[always: Group.rows[keyPath: path].name]) }
        set { values[always: Group.rows[keyPath: path].name] = newValue.values }
    }

    /// A group within.
    package subscript<Inner>(dynamicMember path: KeyPath<Group, PlannedSubgroup<Inner>>) -> RequestedOptions<Inner> {
        get { RequestedOptions<Inner>(values: values[always: Group.rows[keyPath: path].name]) }
        set { values[always: Group.rows[keyPath: path].name] = newValue.values }
    }

    /// A group within; nil unless the request has it.
    package subscript<Inner>(
        dynamicMember path: KeyPath<Group, ConditionalSubgroup<Inner>>
    ) -> RequestedOptions<Inner>? {
        get { values[group: Group.rows[keyPath: path].name].map { RequestedOptions<Inner>(values: $0) } }
        set { values[group: Group.rows[keyPath: path].name] = newValue?.values }
    }
}

extension RequestedOptions: Codable {
    package init(from decoder: any Decoder) throws {
        values = try OptionValues(Group.members, .requested, from: decoder.container(keyedBy: OptionKey.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: OptionKey.self)
        try values.encode(Group.members, .requested, to: &container)
    }
}
