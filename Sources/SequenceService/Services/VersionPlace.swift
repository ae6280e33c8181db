import ModelFiles

/// A version of a model, by numbers that can be right.
package struct VersionPlace: Sendable, Equatable, CustomStringConvertible {
    /// A valid name of a model.
    package let name: String
    /// From 1.
    package let version: Int

    init(name: String, version: Int) {
        self.name = name
        self.version = version
    }

    /// - Throws: `ServiceError.notFound` for what cannot name a version.
    package init(name: String, version text: String) throws(ServiceError) {
        guard ModelName.isValid(name), let version = ModelReference.version(text) else {
            throw .notFound(kind: "version", name: "\(name)@\(text)", known: [])
        }
        self.name = name
        self.version = version
    }

    package var description: String { "\(name)@\(version)" }
}
