/// The program's own name and version.
package enum ServiceVersion {
    package static let name = "rondo"
    package static let number = "0.1.0"
}
