import System

/// Looks for damage in a write-ahead log before SQLite reads it.
///
/// SQLite believes a log up to the first frame whose checksum is wrong and takes what lies behind for the torn end of a
/// crash: one changed bit undoes every transaction behind it, without a word. A torn end has nothing behind it, and
/// what an undone transaction has left there has no commit; so a frame with a commit that follows from the one before
/// it, behind one that does not, is damage.
///
/// - Note: https://sqlite.org/fileformat2.html#the_write_ahead_log. The newest frame has none behind it: damage there
///   looks like a torn end.
struct LogScan {
    private static let headerSize = 32
    private static let frameHeaderSize = 24

    /// Frames that SQLite will read.
    private(set) var goodFrames = 0
    /// Whether an intact commit lies behind a frame that is not intact.
    private(set) var isDamaged = false
    /// Whether a commit lies behind the good frames that is not whole: of a write that broke off, or damaged since.
    private(set) var endsTorn = false

    private let bytes: [UInt8]
    private let isBigEndian: Bool

    /// Of the content of a log; nil where there is none to speak of.
    init?(_ bytes: [UInt8]) {
        guard bytes.count > Self.headerSize + Self.frameHeaderSize else { return nil }
        self.bytes = bytes
        isBigEndian = bytes[3] & 1 == 1
        let pageSize = Self.word(bytes, 8) == 1 ? 65_536 : Int(Self.word(bytes, 8))
        guard pageSize >= 512, pageSize <= 65_536, pageSize & (pageSize - 1) == 0 else {
            // A page size that is none: only damage writes one.
            isDamaged = true
            return
        }
        let frameSize = Self.frameHeaderSize + pageSize
        let frames = (bytes.count - Self.headerSize) / frameSize
        let headerSum = checksum(0..<24, from: (0, 0))
        var isWhole = Self.word(bytes, 0) & ~1 == 0x377F_0682 && headerSum == stored(at: 24)
        let salts = Array(bytes[16..<24])
        var before = stored(at: 24)
        for frame in 0..<frames {
            let start = Self.headerSize + frame * frameSize
            let hasSalts = bytes[start + 8..<start + 16].elementsEqual(salts)
            let sum = checksum(
                start + Self.frameHeaderSize..<start + frameSize, from: checksum(start..<start + 8, from: before))
            let follows = hasSalts && sum == stored(at: start + 16)
            if follows && isWhole { goodFrames += 1 }
            let isCommit = Self.word(bytes, start + 4) != 0
            if follows && !isWhole && isCommit { isDamaged = true }
            if !follows && hasSalts && isCommit { endsTorn = true }
            // No other write has this sum: what differs is the salt alone, which it does not cover.
            if isWhole && !hasSalts && sum == stored(at: start + 16) { isDamaged = true }
            if !follows { isWhole = false }
            before = stored(at: start + 16)
        }
    }

    private typealias Sum = (UInt32, UInt32)

    private func stored(at offset: Int) -> Sum { (Self.word(bytes, offset), Self.word(bytes, offset + 4)) }

    private static func word(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
        bytes.withUnsafeBytes { UInt32(bigEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) }
    }

    /// Over words of the byte order that the log's number names.
    private func checksum(_ range: Range<Int>, from start: Sum) -> Sum {
        var (first, second) = start
        bytes.withUnsafeBytes { bytes in
            for offset in Swift.stride(from: range.lowerBound, to: range.upperBound, by: 8) {
                let a = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
                let b = bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self)
                first &+= (isBigEndian ? UInt32(bigEndian: a) : UInt32(littleEndian: a)) &+ second
                second &+= (isBigEndian ? UInt32(bigEndian: b) : UInt32(littleEndian: b)) &+ first
            }
        }
        return (first, second)
    }
}
