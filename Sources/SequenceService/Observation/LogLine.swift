import JSON
package import Logging

/// How an event of the log reads: a line, by its format.
///
///     2026-01-01T00:00:00.000Z info job succeeded job=job_01J… model=airline seconds=7.41
///     {"time":"2026-01-01T00:00:00.000Z","level":"info","message":"job succeeded","job":"job_01J…","seconds":7.41}
package enum LogLine {
    /// - Parameter milliseconds: since 1970.
    package static func text(
        _ message: String, level: Logger.Level, facts: Logger.Metadata, milliseconds: Int64
    ) -> String {
        var line = "\(Timestamp.text(milliseconds: milliseconds)) \(level) \(message)"
        for (key, value) in facts.sorted(by: { $0.key < $1.key }) { line += " \(key)=\(quoted("\(value)"))" }
        return line
    }

    /// Numbers and truth values are such in JSON too, if the event has them as such.
    ///
    /// - Parameter milliseconds: since 1970.
    package static func json(
        _ message: String, level: Logger.Level, facts: Logger.Metadata, milliseconds: Int64
    ) -> String {
        var members: JSONObject = [
            "time": .string(Timestamp.text(milliseconds: milliseconds)), "level": .string(level.rawValue),
            "message": .string(message),
        ]
        for (key, value) in facts.sorted(by: { $0.key < $1.key }) where members[key] == nil {
            members.append(key, json(value))
        }
        return JSONValue.object(members).text
    }

    private static func json(_ value: Logger.MetadataValue) -> JSONValue {
        switch value {
        case .string(let text): return .string(text)
        case .array(let values): return .array(values.map(json))
        case .dictionary(let facts):
            var members = JSONObject()
            for (key, value) in facts.sorted(by: { $0.key < $1.key }) { members.append(key, json(value)) }
            return .object(members)
        case .stringConvertible(let value):
            switch value {
            case let whole as any BinaryInteger:
                return Int(exactly: whole).map(JSONValue.integer) ?? .string("\(value)")
            case let number as Double: return number.isFinite ? .number(number) : .string("\(value)")
            case let flag as Bool: return .bool(flag)
            default: return .string("\(value)")
            }
        }
    }

    /// Values with spaces or control characters are quoted, so that a line stays one line.
    private static func quoted(_ text: String) -> String {
        let isPlain =
            !text.isEmpty && text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0 != "\"" && $0.value != 0x7F }
        return isPlain ? text : text.debugDescription
    }
}

extension Logger.MetadataValue {
    /// A number, which stays one in JSON.
    package static func number(_ value: some BinaryInteger & CustomStringConvertible & Sendable) -> Self {
        .stringConvertible(value)
    }

    /// A number of seconds, to the millisecond.
    package static func seconds(_ value: Double) -> Self { .stringConvertible((value * 1000).rounded() / 1000) }
}
