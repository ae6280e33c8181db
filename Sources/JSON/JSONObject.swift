/// The members of a JSON object in the order in which they were written.
///
/// Lookup is linear: objects in requests are small where we look things up. Keys are compared by their bytes,
/// not by canonical equivalence, as RFC 8259 (8.3) does.
package struct JSONObject: Sendable {
    /// In the order of the text or of appending; keys are distinct.
    package private(set) var members: [(key: String, value: JSONValue)]

    /// No members.
    package init() { members = [] }

    /// - Precondition: (debug builds) no key twice.
    package init(_ members: [(key: String, value: JSONValue)]) {
        assert(
            members.count > 64 || Set(members.map { Array($0.key.utf8) }).count == members.count, "a key is given twice"
        )
        self.members = members
    }

    /// For the parser, which has refused duplicates.
    init(distinct members: [(key: String, value: JSONValue)]) { self.members = members }

    /// How many members there are.
    package var count: Int { members.count }
    /// Whether there is no member.
    package var isEmpty: Bool { members.isEmpty }
    /// The names of the members, in their order.
    package var keys: [String] { members.map(\.key) }

    /// Setting replaces in place or appends; setting nil removes the member.
    package subscript(key: String) -> JSONValue? {
        get { index(of: key).map { members[$0].value } }
        set {
            switch (index(of: key), newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append((key: key, value: value))
            case (nil, nil): break
            }
        }
    }

    /// Appends without looking for the key first: for answers built member by member.
    package mutating func append(_ key: String, _ value: JSONValue) {
        members.append((key: key, value: value))
    }

    /// Adds the members of another object, whose values win.
    package mutating func merge(_ other: JSONObject) {
        for (key, value) in other.members { self[key] = value }
    }

    private func index(of key: String) -> Int? {
        members.firstIndex { $0.key.utf8.count == key.utf8.count && $0.key.utf8.elementsEqual(key.utf8) }
    }
}

extension JSONObject: Equatable {
    /// Same members in the same order.
    package static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.members.count == right.members.count
            && zip(left.members, right.members).allSatisfy {
                $0.key.utf8.elementsEqual($1.key.utf8) && $0.value == $1.value
            }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// Members in the order of the literal.
    ///
    /// - Precondition: (debug builds) no key twice.
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init(elements.map { (key: $0.0, value: $0.1) })
    }
}
