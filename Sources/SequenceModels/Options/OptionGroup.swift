/// Options that stand in one object of a request: its stored properties are the rows. A class, because an access to an
/// option must not copy them all.
package protocol OptionGroup: AnyObject, Sendable {
    /// All rows.
    static var rows: Self { get }
    /// The rows in their order, whatever the types of their values.
    static var members: [OptionMember] { get }
}

extension OptionGroup {
    /// The stored properties of `rows`, in the order of their declaration.
    static func membersOfRows() -> [OptionMember] {
        Mirror(reflecting: rows).children.compactMap { ($0.value as? any OptionMemberMaking)?.member }
    }
}

/// A row, or a group of rows within a group.
package enum OptionMember: Sendable {
    case option(OptionRow)
    case group(OptionGroupRow)

    /// In requests and in settings.
    package var name: String {
        switch self {
        case .option(let row): row.name
        case .group(let group): group.name
        }
    }
}

/// What can be a stored property of a group.
package protocol OptionMemberMaking: Sendable {
    /// The row or the group.
    var member: OptionMember { get }
}

/// A group within a group.
package struct OptionGroupRow: Sendable {
    /// Where the group is present.
    enum Presence: Sendable { case always, planned, conditional }

    /// In requests and in settings.
    package let name: String
    /// The rows of the group, and groups within, in their order.
    package let members: [OptionMember]
    /// The same in the order of their names.
    let membersByName: [OptionMember]
    let presence: Presence
    let refusals: [OptionRefusal]

    init(name: String, members: [OptionMember], presence: Presence, refusals: [OptionRefusal]) {
        self.name = name
        self.members = members
        membersByName = members.sorted { $0.name < $1.name }
        self.presence = presence
        self.refusals = refusals
    }

    /// Whether it is always there, so that empty and absent are the same.
    func isPresent(in completeness: OptionValues.Completeness) -> Bool {
        presence == .always || presence == .planned && completeness == .requested
    }
}

/// A group that requests and settings always have, if only empty.
package struct Subgroup<Group: OptionGroup>: OptionMemberMaking {
    let name: String

    init(_ name: String) { self.name = name }

    package var member: OptionMember {
        .group(OptionGroupRow(name: name, members: Group.members, presence: .always, refusals: []))
    }
}

/// A group that effective settings have only in the tasks that it belongs to; empty in a request, it asks for nothing.
package struct PlannedSubgroup<Group: OptionGroup>: OptionMemberMaking {
    let name: String
    private let refusals: [OptionRefusal]

    init(_ name: String, refused: [OptionRefusal]) {
        self.name = name
        refusals = refused
    }

    package var member: OptionMember {
        .group(OptionGroupRow(name: name, members: Group.members, presence: .planned, refusals: refusals))
    }
}

/// A group that requests and settings have only in the tasks that it belongs to.
package struct ConditionalSubgroup<Group: OptionGroup>: OptionMemberMaking {
    let name: String
    private let refusals: [OptionRefusal]

    init(_ name: String, refused: [OptionRefusal]) {
        self.name = name
        refusals = refused
    }

    package var member: OptionMember {
        .group(OptionGroupRow(name: name, members: Group.members, presence: .conditional, refusals: refusals))
    }
}
