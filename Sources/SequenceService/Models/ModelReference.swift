import ModelFiles
package import Store
import System

/// What a client writes to name a model: `name` (its label `stable`), `name@3`, or `name@label`.
package struct ModelReference: Sendable, Hashable, CustomStringConvertible {
    /// Which version of a model is meant.
    package enum Selector: Sendable, Hashable {
        case version(Int)
        case label(String)
    }

    /// The label that a plain name means.
    package static let stableLabel = "stable"

    /// What a text that names a model has to be.
    package static let rule = "must be a name, name@version or name@label; a name matches \(ModelName.pattern)"

    /// The model's name.
    package let name: String
    /// Which of its versions.
    package let selector: Selector

    /// - Returns: nil if the text cannot name a model.
    package init?(_ text: String) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let name = parts.first, ModelName.isValid(name) else { return nil }
        self.name = name
        guard parts.count == 2 else {
            selector = .label(Self.stableLabel)
            return
        }
        if let version = Self.version(parts[1]) {
            selector = .version(version)
        } else if Self.isLabel(parts[1]) {
            selector = .label(parts[1])
        } else {
            return nil
        }
    }

    /// - Parameter version: a number or a label.
    /// - Returns: nil if the texts cannot name a version.
    package init?(name: String, version: String) { self.init("\(name)@\(version)") }

    /// The number of a version, from 1; nil for other texts, such as `0`, `01` and `+1`.
    package static func version(_ text: String) -> Int? {
        DecimalText.value(text).flatMap { $0 > 0 ? Int(exactly: $0) : nil }
    }

    /// Whether the text can be a label: a name that is not made of digits.
    package static func isLabel(_ text: String) -> Bool { ModelName.isValid(text) && !DecimalText.isDigits(text) }

    package var description: String {
        switch selector {
        case .version(let version): "\(name)@\(version)"
        case .label(let label): "\(name)@\(label)"
        }
    }
}

extension ModelReference {
    /// The version it names now, for somebody who sees `scope`.
    ///
    /// - Throws: `ServiceError.notFound` with the part that is unknown.
    package func version(in store: any VersionStore, _ scope: Scope) throws -> Int {
        let found: Int? =
            switch selector {
            case .version(let version): try store.hasVersion(name, version, in: scope) ? version : nil
            case .label(let label): try store.version(name, at: label, in: scope)
            }
        if let found { return found }
        let versions = try store.versionNumbers(name, in: scope)
        guard !versions.isEmpty else {
            throw ServiceError.notFound(kind: "model", name: name, known: try store.models(in: scope))
        }
        switch selector {
        case .version:
            throw ServiceError.notFound(kind: "version", name: description, known: versions.map { "\(name)@\($0)" })
        case .label:
            let known = try store.labels(name).keys.sorted() + versions.suffix(1).map { String($0) }
            throw ServiceError.notFound(kind: "label", name: description, known: known.map { "\(name)@\($0)" })
        }
    }

    /// Reads something of the files of the version it names now.
    ///
    /// A deletion takes away first the row and then the files, so what failed for want of a file is asked for again: it
    /// is not there, or a label has moved to another version.
    ///
    /// - Throws: as `version`, and what `read` throws of a version that is still there.
    package func reading<Result>(
        in store: any VersionStore, _ scope: Scope, _ read: (_ version: Int) throws -> Result
    ) throws -> Result {
        var version = try version(in: store, scope)
        while true {
            do {
                return try read(version)
            } catch {
                let now = try self.version(in: store, scope)
                guard now != version else { throw Self.damage(error, "\(name)@\(version)") }
                version = now
            }
        }
    }

    /// What an error means of a version that is there still: missing files are damage.
    static func damage(_ error: any Error, _ name: String) -> any Error {
        guard case FileError.notFound(let path) = error else { return error }
        return ServiceError.damaged("\(name): \(path) is missing")
    }
}
