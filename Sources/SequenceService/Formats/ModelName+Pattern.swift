package import ModelFiles

extension ModelName {
    /// The rule as clients read it in a fault.
    package static let pattern = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
}
