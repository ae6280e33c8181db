import COpenSSL

/// The library that TLS comes of.
package enum TLSLibrary {
    /// Its name, version and date, of the one that is loaded.
    package static var version: String { String(cString: OpenSSL_version(OPENSSL_VERSION)) }
}
