package import JSON

/// Something that a check of a data directory has found, and what mends it.
package struct StoreFinding: Sendable, Equatable {
    /// What kind of thing is wrong; the raw value is what programs read.
    package enum Kind: String, Sendable, CaseIterable {
        /// Structure, references or rows of the database, or its log.
        case databaseDamaged = "database-damaged"
        /// There are folders, and no database.
        case databaseMissing = "database-missing"
        /// A row without a folder.
        case versionMissing = "version-missing"
        /// A version whose files are not what was published.
        case versionDamaged = "version-damaged"
        /// A folder without a row.
        case versionUnknown = "version-unknown"
        /// A folder without a row, whose files are not what was published.
        case versionUnknownDamaged = "version-unknown-damaged"
        /// A version that is listed as damaged and is not.
        case markOutdated = "mark-outdated"
        /// No version of a model has the label that a plain name means.
        case labelMissing = "label-missing"
        /// The training data of an unfinished job.
        case dataDamaged = "data-damaged"
        /// The copy of the version that an unfinished job continues.
        case parentDamaged = "parent-damaged"
        /// A checkpoint of an unfinished job.
        case checkpointDamaged = "checkpoint-damaged"
        /// The state of a session.
        case sessionDamaged = "session-damaged"
        /// Files that nobody needs any more.
        case leftover
        /// Files that nobody here has made.
        case unknownFile = "unknown-file"
        /// A directory that does not read.
        case unreadable

        /// Whether something is lost or about to be, and not only in the way.
        package var isFault: Bool {
            switch self {
            case .markOutdated, .labelMissing, .leftover, .unknownFile: false
            default: true
            }
        }
    }

    /// What can be done about it.
    package enum Remedy: Sendable, Equatable {
        case removeFiles(path: String)
        case removeVersion(name: String, version: Int)
        case mark(name: String, version: Int)
        case unmark(name: String, version: Int)
        case adopt(name: String, version: Int)
        /// In words, for a person.
        case byHand(String)

        /// What a person does, in words.
        var text: String {
            switch self {
            case .removeFiles, .removeVersion: "rondo check --repair deletes it"
            case .mark(let name, let version):
                "put its folder back from a backup, or rondo models delete \(name)@\(version); until then rondo check "
                    + "--repair lists it as damaged"
            case .unmark: "rondo check --repair takes the mark away"
            case .adopt: "rondo check --adopt records it"
            case .byHand(let text): text
            }
        }
    }

    /// What kind of thing is wrong.
    package let kind: Kind
    /// Where: `airline@3`, a job's id, or a path below the data directory.
    package let place: String
    /// What is wrong, in words.
    package let detail: String
    /// What can be done about it.
    package let remedy: Remedy
    /// What was done about it; nil: nothing.
    package var outcome: String?
    /// Whether it is no more.
    package var isMended = false

    init(_ kind: Kind, _ place: String, _ detail: String, _ remedy: Remedy) {
        self.kind = kind
        self.place = place
        self.detail = detail
        self.remedy = remedy
    }

    /// Whether it is a fault that is there still.
    package var isOpenFault: Bool { kind.isFault && !isMended }

    /// As `rondo check --format json` lists it.
    package var json: JSONValue {
        [
            "kind": .string(kind.rawValue), "severity": kind.isFault ? "fault" : "note", "place": .string(place),
            "detail": .string(detail), "remedy": .string(remedy.text), "outcome": JSONValue(outcome),
            "mended": .bool(isMended),
        ]
    }
}
