import COpenSSL
import System

/// SHA-256 (FIPS 180-4) by OpenSSL, to notice damage, to name files by their content, and to keep digests of random
/// keys. It is not a hash for passwords, which need a slow one.
package struct SHA256: ~Copyable {
    // SAFETY: made in init, freed in deinit, used between them by the one owner.
    private let context: OpaquePointer

    /// The digest of an empty message so far.
    package init() {
        // OpenSSL answers nil or 0 only where memory or the algorithm is missing: nothing can go on without either.
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            preconditionFailure("OpenSSL has no SHA-256")
        }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    /// The digest of some bytes in lower-case hexadecimal, 64 characters.
    package static func hex(_ bytes: [UInt8]) -> String {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finalizeHex()
    }

    /// The digest of some bytes, 32 of them.
    package static func digest(_ bytes: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finalized()
    }

    /// Appends bytes to the message.
    package mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { bytes in
            for start in stride(from: 0, to: bytes.count, by: WorkerThread.bytesAtATime) {
                let part = UnsafeRawBufferPointer(rebasing: bytes.dropFirst(start).prefix(WorkerThread.bytesAtATime))
                precondition(EVP_DigestUpdate(context, part.baseAddress, part.count) == 1, "SHA-256 failed")
                WorkerThread.worked(part.count)
            }
        }
    }

    /// The 32 bytes of the digest.
    package consuming func finalized() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
            // SAFETY: writes 32 bytes, the size of a SHA-256 digest.
            precondition(EVP_DigestFinal_ex(context, buffer.baseAddress, nil) == 1, "SHA-256 failed")
            count = 32
        }
    }

    /// The digest of all bytes so far, as 64 lower-case hexadecimal digits.
    package consuming func finalizeHex() -> String {
        let digits = Array("0123456789abcdef".utf8)
        let digest = finalized()
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
