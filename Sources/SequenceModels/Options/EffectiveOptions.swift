/// The values of a group of options that a training runs with, defaults included.
@dynamicMemberLookup
package struct EffectiveOptions<Group: OptionGroup>: Sendable, Equatable {
    /// By name.
    package var values: OptionValues

    /// Those of no request.
    init() { values = OptionValues() }

    init(values: OptionValues) { self.values = values }

    /// What a request and the defaults of its options give before anything is chosen from the data.
    init(_ request: RequestedOptions<Group>, _ context: OptionContext) {
        values = OptionValues(Group.members, filling: request.values, context)
    }

    /// The value of an option.
    package subscript<Value>(dynamicMember path: KeyPath<Group, Option<Value>>) -> Value {
        get {
            let option = Group.rows[keyPath: path]
            return values[option.row.name, as: Value.self] ?? option.initial
        }
        set { values[Group.rows[keyPath: path].row.name, as: Value.self] = newValue }
    }

    /// The value of an option; nil where it means nothing.
    package subscript<Value>(dynamicMember path: KeyPath<Group, ConditionalOption<Value>>) -> Value? {
        get { values[Group.rows[keyPath: path].row.name, as: Value.self] }
        set { values[Group.rows[keyPath: path].row.name, as: Value.self] = newValue }
    }

    /// A group within.
    package subscript<Inner>(dynamicMember path: KeyPath<Group, Subgroup<Inner>>) -> EffectiveOptions<Inner> {
        get { EffectiveOptions<Inner>(values: values[always: Group.rows[keyPath: path].name]) }
        set { values[always: Group.rows[keyPath: path].name] = newValue.values }
    }

    /// A group within; nil in tasks without it.
    package subscript<Inner>(dynamicMember path: KeyPath<Group, PlannedSubgroup<Inner>>) -> EffectiveOptions<Inner>? {
        get { values[group: Group.rows[keyPath: path].name].map { EffectiveOptions<Inner>(values: $0) } }
        set { values[group: Group.rows[keyPath: path].name] = newValue?.values }
    }

    /// A group within; nil in tasks without it.
    package subscript<Inner>(
        dynamicMember path: KeyPath<Group, ConditionalSubgroup<Inner>>
    ) -> EffectiveOptions<Inner>? {
        get { values[group: Group.rows[keyPath: path].name].map { EffectiveOptions<Inner>(values: $0) } }
        set { values[group: Group.rows[keyPath: path].name] = newValue?.values }
    }
}

extension EffectiveOptions: Codable {
    package init(from decoder: any Decoder) throws {
        values = try OptionValues(Group.members, .effective, from: decoder.container(keyedBy: OptionKey.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: OptionKey.self)
        try values.encode(Group.members, .effective, to: &container)
    }
}
