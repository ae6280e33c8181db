/// A version as retention sees it.
package struct RetainedVersion: Sendable, Equatable {
    /// The model's name.
    package let model: String
    /// Its number.
    package let version: Int
    /// Milliseconds since 1970.
    package let createdAtMs: Int64
    /// Of its files.
    package let sizeBytes: Int
    /// A label points at it, or an unfinished job continues it.
    package let isNeeded: Bool

    /// A version with what decides on it.
    package init(model: String, version: Int, createdAtMs: Int64, sizeBytes: Int, isNeeded: Bool) {
        self.model = model
        self.version = version
        self.createdAtMs = createdAtMs
        self.sizeBytes = sizeBytes
        self.isNeeded = isNeeded
    }
}

extension Retention {
    /// Versions that are too old, too many of their model, or too much together: the oldest first. Never one that is
    /// needed, nor the newest of its model.
    package func expired(_ versions: [RetainedVersion], nowMs: Int64) -> [RetainedVersion] {
        var expired: [RetainedVersion] = [], free: [RetainedVersion] = []
        for (_, all) in Dictionary(grouping: versions, by: \.model) {
            let newest = all.map(\.version).max()
            var count = all.count
            for version in all.sorted(by: { $0.version < $1.version })
            where !version.isNeeded && version.version != newest {
                let isOld =
                    versionSecondsMax > 0 && Double(nowMs - version.createdAtMs) > versionSecondsMax * 1000
                if isOld || versionsMax > 0 && count > versionsMax {
                    expired.append(version)
                    count -= 1
                } else {
                    free.append(version)
                }
            }
        }
        func isBefore(_ first: RetainedVersion, _ second: RetainedVersion) -> Bool {
            (first.createdAtMs, first.model, first.version) < (second.createdAtMs, second.model, second.version)
        }
        if versionBytesMax > 0 {
            var total = versions.reduce(0) { $0 + $1.sizeBytes } - expired.reduce(0) { $0 + $1.sizeBytes }
            for version in free.sorted(by: isBefore) where total > versionBytesMax {
                expired.append(version)
                total -= version.sizeBytes
            }
        }
        return expired.sorted(by: isBefore)
    }
}
