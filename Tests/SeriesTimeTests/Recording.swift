import Foundation

import SeriesTime

/// What `record.py` wrote.
enum Recording {
    struct ZoneCase: Decodable, Sendable {
        var name: String
        /// TZif, in base64.
        var file: String
        /// Second, offset; second, offset …
        var utc: [Int64]
        /// Second by the clock, offset of its first showing, offset of its second showing …
        var local: [Int64]
    }

    struct RangeCase: Decodable, Sendable {
        var frequency: String
        var zone: String?
        /// In seconds, or milliseconds if the frequency has them.
        var first: Int64
        /// Distance, times; distance, times …
        var runs: [Int64]

        var times: [Int64] {
            stride(from: 0, to: runs.count, by: 2).reduce(into: [first]) { times, run in
                for _ in 0..<runs[run + 1] { times.append((times.last ?? 0) + runs[run]) }
            }
        }

        var stamps: [Stamp] {
            times.map { Stamp(microseconds: $0 * (frequency.hasSuffix("ms") ? 1000 : 1_000_000)) }
        }
    }

    struct ResamplingCase: Decodable, Sendable {
        var frequency: String
        var times: [Int64]
        var first: Int64
        var steps: [Int]
    }

    /// A row of mixed kinds.
    enum Cell: Decodable {
        case number(Int64)
        case text(String)
        case none

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .none
            } else if let number = try? container.decode(Int64.self) {
                self = .number(number)
            } else {
                self = .text(try container.decode(String.self))
            }
        }

        var text: String? { if case .text(let text) = self { text } else { nil } }
        var number: Int64? { if case .number(let number) = self { number } else { nil } }
    }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Recorded")

    static func cases<Case: Decodable>(_ name: String, _ kind: Case.Type = Case.self) throws -> [Case] {
        try JSONDecoder().decode([Case].self, from: Data(contentsOf: folder.appending(path: "\(name).json")))
    }

    /// The recorded zones by name.
    static let zones = Result { () throws -> [String: ZoneRules] in
        var zones: [String: ZoneRules] = [:]
        for zone in try cases("zones", ZoneCase.self) {
            zones[zone.name] = ZoneFile.rules(Array(Data(base64Encoded: zone.file) ?? Data()), name: zone.name)
        }
        return zones
    }

    static func zone(_ name: String?) throws -> Zone {
        guard let name else { return .floating }
        guard let rules = try zones.get()[name] else { throw TimeError.unknownZone(name: name, hint: "not recorded") }
        return .named(rules)
    }
}
