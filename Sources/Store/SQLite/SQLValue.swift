/// A value of a column or parameter.
enum SQLValue {
    case null, integer(Int64), text(String), bytes([UInt8])

    init(_ value: String?) { self = value.map(SQLValue.text) ?? .null }
    init(_ value: Int?) { self = value.map { .integer(Int64($0)) } ?? .null }
    init(_ value: Int64?) { self = value.map(SQLValue.integer) ?? .null }
    init(_ value: [UInt8]) { self = .bytes(value) }
    init(_ value: Bool) { self = .integer(value ? 1 : 0) }
}
