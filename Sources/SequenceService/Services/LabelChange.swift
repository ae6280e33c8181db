/// Labels of a model to set and to remove; all or none of them.
package struct LabelChange: Sendable {
    /// Labels to set: label → version.
    package var settings: [String: Int]
    /// Labels to remove, in the order of the request.
    package var removals: [String]

    /// - Parameters:
    ///   - settings: by valid labels.
    ///   - removals: valid labels.
    package init(settings: [String: Int] = [:], removals: [String] = []) {
        self.settings = settings
        self.removals = removals
    }
}
