package import HTTPServer
import ModelFiles
import System

/// A key as it is kept: its digest, never itself.
package struct AccessKey: Sendable, Equatable {
    /// As names of models.
    package let name: String
    /// What its holder may do.
    package let role: AccessRole
    /// The tenant whose jobs and models it makes and sees; as names of models, or empty for the unnamed tenant.
    package let tenant: String
    /// SHA-256 of the key, 64 lower-case hexadecimal digits. A key has 256 random bits, so that a plain digest of it
    /// cannot be searched, which a password's could.
    package let sha256: String
    /// RFC 3339.
    package let createdAt: String

    /// A key by its digest: the key itself is nowhere kept.
    ///
    /// - Parameter sha256: of the key's text, as lower-case hexadecimal digits.
    package init(name: String, role: AccessRole, tenant: String = "", sha256: String, createdAt: String) {
        self.name = name
        self.role = role
        self.tenant = tenant
        self.sha256 = sha256
        self.createdAt = createdAt
    }

    /// Begins every key, so that scanners for leaked secrets find it.
    private static let prefix = "rondo_"
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// A new key: the text to give to its holder, and what is kept of it.
    package static func make(name: String, role: AccessRole, tenant: String = "") -> (text: String, key: AccessKey) {
        // The system's generator is cryptographically secure (getrandom(2)).
        var random = SystemRandomNumberGenerator()
        let text = prefix + String(decoding: (0..<43).map { _ in digits[Int(random.next() & 63)] }, as: UTF8.self)
        let key = AccessKey(
            name: name, role: role, tenant: tenant, sha256: SHA256.hex(Array(text.utf8)),
            createdAt: Timestamp.text(milliseconds: Clock.wallMilliseconds()))
        return (text, key)
    }
}
