import JSON
import ModelFiles
import Synchronization
import System

/// The secrets by which states of sessions are known again that clients have carried away:
/// `{"keys":[{"id":"6f1c09d2","secret":"…64 hexadecimal digits…"}]}`. The first signs, all of them are believed; so a
/// key is changed by putting a new one first, and ends by being taken out. Servers that share the file take each
/// other's states. Read again when it changes; made at the first use.
package final class StateKeys: Sendable {
    /// One secret.
    package struct Key: Sendable, Equatable {
        /// 8 hexadecimal digits, as it is named in a state.
        package var id: String
        /// 32 bytes.
        package var secret: [UInt8]
    }

    private static let sizeBytesMax = 1 << 16
    /// Keys of one file.
    package static let countMax = 64
    private static let secretSizeBytes = 32

    private struct State {
        var keys: [Key] = []
        /// Of the file when it was read.
        var seconds = 0
        var nanoseconds = 0
        var inode: UInt64 = 0
    }

    private let path: String
    private let isReadOnly: Bool
    private let state = Mutex(State())

    /// - Parameters:
    ///   - path: of the file, which need not be there.
    ///   - isReadOnly: none is made; states are sealed if there is one.
    package init(path: String, isReadOnly: Bool = false) {
        self.path = path
        self.isReadOnly = isReadOnly
    }

    /// The key that signs.
    ///
    /// - Throws: `ServiceError.damaged`, `.servesOnly` where one would have to be made and may not be; `FileError`.
    package func signing() throws -> Key {
        let keys = try current()
        if let first = keys.first { return first }
        guard !isReadOnly else { throw ServiceError.servesOnly }
        return try rotate()
    }

    /// A key by its id; nil if it is not believed.
    ///
    /// - Throws: as `signing`.
    package func key(_ id: String) throws -> Key? { try current().first { $0.id == id } }

    /// Puts a new key first.
    ///
    /// - Parameter count: of the keys so far that stay, the newest; states sealed by the others end.
    /// - Throws: as `signing`.
    @discardableResult
    package func rotate(keeping count: Int = countMax - 1) throws -> Key {
        try state.withLock { state in
            try Self.reread(path, &state)
            var random = SystemRandomNumberGenerator()
            let secret = (0..<Self.secretSizeBytes).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            let key = Key(id: Self.hexadecimal(Array(SHA256.digest(secret).prefix(4))), secret: secret)
            let keys = [key] + state.keys.prefix(min(max(0, count), Self.countMax - 1))
            let json: JSONValue = [
                "keys": .array(
                    keys.map { ["id": .string($0.id), "secret": .string(Self.hexadecimal($0.secret))] })
            ]
            try AtomicFile.write(Array((json.text + "\n").utf8), to: path, mode: 0o600)
            try Self.reread(path, &state)
            return key
        }
    }

    private func current() throws -> [Key] {
        try state.withLock { state in
            try Self.reread(path, &state)
            return state.keys
        }
    }

    private static func reread(_ path: String, _ state: inout State) throws {
        guard let status = try? Files.status(path) else {
            state = State()
            return
        }
        let isSame =
            state.inode == UInt64(status.st_ino) && state.seconds == status.st_mtim.tv_sec
            && state.nanoseconds == status.st_mtim.tv_nsec
        if isSame, !state.keys.isEmpty { return }
        state.keys = try read(path)
        state.inode = UInt64(status.st_ino)
        state.seconds = status.st_mtim.tv_sec
        state.nanoseconds = status.st_mtim.tv_nsec
    }

    private static func read(_ path: String) throws -> [Key] {
        func fault(_ what: String) -> ServiceError { .damaged("\(path): \(what)") }
        let content = try AtomicFile.read(path: path, sizeBytesMax: sizeBytesMax, followingLinks: true)
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONParser.parse(content)
        } catch {
            // Otherwise the client would be told that its own JSON is malformed.
            throw fault("\(error)")
        }
        guard let list = json["keys"]?.elements, list.count <= countMax else {
            throw fault("must be {\"keys\": [...]} with at most \(countMax) keys")
        }
        return try list.enumerated().map { index, item in
            guard let id = item["id"]?.asString, bytes(id)?.count == 4 else {
                throw fault("/keys/\(index)/id: 8 hexadecimal digits are needed")
            }
            guard let secret = item["secret"]?.asString.flatMap(bytes), secret.count == secretSizeBytes else {
                throw fault("/keys/\(index)/secret: 64 hexadecimal digits are needed")
            }
            return Key(id: id, secret: secret)
        }
    }

    /// Two lower-case digits a byte.
    package static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count % 2 == 0 else { return nil }
        return stride(from: 0, to: digits.count, by: 2).reduce([UInt8]?.some([])) { bytes, index in
            guard let bytes, let value = UInt8(String(decoding: digits[index..<index + 2], as: UTF8.self), radix: 16)
            else { return nil }
            return bytes + [value]
        }
    }
}
