/// One thing that is wrong with a request, said so that its sender can mend it.
package struct Fault: Sendable, Equatable {
    /// JSON Pointer (RFC 6901) into the request, for example `/network/hidden`.
    package var pointer: String
    /// A sentence for the client.
    package var detail: String

    /// A fault of one place of a request.
    package init(pointer: String, detail: String) {
        self.pointer = pointer
        self.detail = detail
    }

    /// A member's name as part of a pointer: `~` and `/` are escaped (RFC 6901 3).
    static func escaped(_ name: String) -> String {
        var escaped = ""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "~": escaped += "~0"
            case "/": escaped += "~1"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

/// All faults of a request together, in the order of its fields.
package struct Faults: Error, Sendable, Equatable, CustomStringConvertible {
    /// At least one, when they are thrown.
    package var list: [Fault]

    /// Faults in the order in which they are to be read.
    package init(list: [Fault]) { self.list = list }

    init(_ pointer: String, _ detail: String) { list = [Fault(pointer: pointer, detail: detail)] }

    package var description: String { list.map { "\($0.pointer): \($0.detail)" }.joined(separator: "; ") }
}
