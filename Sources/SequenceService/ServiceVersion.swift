/// The program's own name and version.
package enum ServiceVersion {
    /// As `rondo version` and `GET /version` say it.
    package static let name = "rondo"
    /// Semantic version.
    package static let number = "0.1.0"
}
