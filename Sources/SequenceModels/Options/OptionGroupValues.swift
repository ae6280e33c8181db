/// The values of a group of options, each by the property of its row: what a request says, or what a training runs
/// with.
@dynamicMemberLookup
package struct OptionGroupValues<Group: OptionGroup, Stage: OptionStage>: Sendable, Equatable {
    /// By row.
    package var values: OptionValues

    /// Nothing is said: each option has its default.
    package init() { values = OptionValues() }

    /// - Parameter values: of the rows of `Group`.
    package init(values: OptionValues) { self.values = values }

    /// The value of an option; nil where a request leaves it out, or where it means nothing.
    package subscript<Value>(dynamicMember path: KeyPath<Group, ConditionalOption<Value>>) -> Value? {
        get { values[Group.rows[keyPath: path].row, as: Value.self] }
        set { values[Group.rows[keyPath: path].row] = newValue }
    }

    /// A group within.
    package subscript<Inner>(
        dynamicMember path: KeyPath<Group, Subgroup<Inner>>
    ) -> OptionGroupValues<Inner, Stage> {
        get { self[always: Group.rows[keyPath: path].name] }
        _modify { yield &self[always: Group.rows[keyPath: path].name] }
    }

    /// A group within; nil in tasks without it, and unless a request has it.
    package subscript<Inner>(
        dynamicMember path: KeyPath<Group, ConditionalSubgroup<Inner>>
    ) -> OptionGroupValues<Inner, Stage>? {
        get { self[group: Group.rows[keyPath: path].name] }
        set { self[group: Group.rows[keyPath: path].name] = newValue }
    }

    private subscript<Inner>(always name: String) -> OptionGroupValues<Inner, Stage> {
        get { OptionGroupValues<Inner, Stage>(values: values[group: name] ?? OptionValues()) }
        _modify {
            // Taken out while it changes, or each change would copy it.
            var inner = OptionGroupValues<Inner, Stage>(values: values.take(group: name))
            defer { values.putBack(inner.values, group: name) }
            yield &inner
        }
    }

    private subscript<Inner>(group name: String) -> OptionGroupValues<Inner, Stage>? {
        get { values[group: name].map { OptionGroupValues<Inner, Stage>(values: $0) } }
        set { values[group: name] = newValue?.values }
    }
}

/// Whose values they are.
package protocol OptionStage: Sendable {
    /// Which of them must be there.
    static var completeness: OptionValues.Completeness { get }
}

/// What a request says: each value is nil until it is given.
package enum RequestedStage: OptionStage {
    /// Those that were given.
    package static var completeness: OptionValues.Completeness { .requested }
}

/// What a training runs with, defaults included.
package enum EffectiveStage: OptionStage {
    /// All that are not conditional.
    package static var completeness: OptionValues.Completeness { .effective }
}

/// What a request said about a group of options.
package typealias RequestedOptions<Group: OptionGroup> = OptionGroupValues<Group, RequestedStage>
/// The values of a group of options that a training runs with.
package typealias EffectiveOptions<Group: OptionGroup> = OptionGroupValues<Group, EffectiveStage>

extension OptionGroupValues where Stage == RequestedStage {
    /// What was said about an option; nil: choose from the data.
    package subscript<Value>(dynamicMember path: KeyPath<Group, Option<Value>>) -> Value? {
        get { values[Group.rows[keyPath: path].row, as: Value.self] }
        set { values[Group.rows[keyPath: path].row] = newValue }
    }

    /// A group within.
    package subscript<Inner>(dynamicMember path: KeyPath<Group, PlannedSubgroup<Inner>>) -> RequestedOptions<Inner> {
        get { self[always: Group.rows[keyPath: path].name] }
        _modify { yield &self[always: Group.rows[keyPath: path].name] }
    }
}

extension OptionGroupValues where Stage == EffectiveStage {
    /// What a request and the defaults of its options give before anything is chosen from the data.
    init(_ request: RequestedOptions<Group>, _ context: OptionContext) {
        values = OptionValues(Group.members, filling: request.values, context)
    }

    /// The value of an option.
    package subscript<Value>(dynamicMember path: KeyPath<Group, Option<Value>>) -> Value {
        get {
            let option = Group.rows[keyPath: path]
            return values[option.row, as: Value.self] ?? option.initial
        }
        set { values[Group.rows[keyPath: path].row] = newValue }
    }

    /// A group within; nil in tasks without it.
    package subscript<Inner>(dynamicMember path: KeyPath<Group, PlannedSubgroup<Inner>>) -> EffectiveOptions<Inner>? {
        get { self[group: Group.rows[keyPath: path].name] }
        set { self[group: Group.rows[keyPath: path].name] = newValue }
    }
}

extension OptionGroupValues: Codable {
    package init(from decoder: any Decoder) throws {
        values = try OptionValues(Group.members, Stage.completeness, from: decoder.container(keyedBy: OptionKey.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: OptionKey.self)
        try values.encode(Group.members, Stage.completeness, to: &container)
    }

    /// What `encode(to:)` writes, with no form chosen yet.
    package var content: OptionContent {
        .members(values.content(Group.members.sorted { $0.name < $1.name }, Stage.completeness))
    }
}
