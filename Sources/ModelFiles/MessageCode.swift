import COpenSSL

/// HMAC-SHA256 (RFC 2104, FIPS 198-1) by OpenSSL: who has the key can tell that bytes are unchanged.
package enum MessageCode {
    /// Bytes of a code.
    package static let sizeBytes = 32

    /// The code of a message, 32 bytes.
    ///
    /// - Parameter key: secret, 32 random bytes.
    package static func code(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: sizeBytes) { buffer, count in
            var size: UInt32 = 0
            // SAFETY: OpenSSL reads as many bytes as it is told, and writes 32, the size of a SHA-256 digest.
            let code = HMAC(
                EVP_sha256(), key, Int32(key.count), message, message.count, buffer.baseAddress, &size)
            precondition(code != nil && size == 32, "HMAC-SHA256 failed")
            count = 32
        }
    }

    /// Compares in a time that does not depend on where they differ.
    package static func areEqual(_ first: [UInt8], _ second: [UInt8]) -> Bool {
        first.count == second.count && CRYPTO_memcmp(first, second, first.count) == 0
    }
}
