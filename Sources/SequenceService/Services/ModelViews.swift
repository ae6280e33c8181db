package import JSON
package import Store

/// A model in a list.
package struct ModelSummary: Sendable {
    /// The model's name.
    package let name: String
    /// Label → version.
    package let labels: [String: Int]
    /// Numbers of its versions, ascending; never empty.
    package let versions: [Int]
    /// Of its stable version, or of its newest.
    package let shown: VersionInfo
    /// Its newest version's, in milliseconds since 1970.
    package let updatedAtMs: Int64
    /// Whose it is; empty for the unnamed tenant.
    package let tenant: String
}

/// A model with all its versions.
package struct ModelDetails: Sendable {
    /// As in the list.
    package let summary: ModelSummary
    /// Ascending.
    package let versions: [VersionView]
}

/// A version as clients see it.
package struct VersionView: Sendable {
    /// As the store has it.
    package let record: VersionRecord
    /// The labels at it, sorted.
    package let labels: [String]
    /// What is kept about it.
    package let info: VersionInfo
    /// Why it cannot be used; nil as far as is known.
    package let damage: String?

    /// A version with what the store keeps about it.
    package init(record: VersionRecord, labels: [String], info: VersionInfo, damage: String? = nil) {
        self.record = record
        self.labels = labels
        self.info = info
        self.damage = damage
    }
}

/// A version with what its files say.
package struct VersionDetails: Sendable {
    /// As in the model's list.
    package let view: VersionView
    /// The description of the model as `model.json` has it: vocabulary, labels, scaling.
    package let description: JSONValue
}

/// A version's weights as they lie on disk.
package struct WeightsFile: Sendable {
    /// Whose they are.
    package let place: VersionPlace
    /// SHA-256 of the file, as hexadecimal digits; nil if the store does not know it.
    package let sha256: String?
    /// The open safetensors file, at its beginning.
    package let file: FileReader
}
