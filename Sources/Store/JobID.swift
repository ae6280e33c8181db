import Synchronization

/// Makes ids of jobs and sessions: `job_` or another word, and a ULID, 26 characters of Crockford's base 32
/// (https://github.com/ulid/spec):
/// 48 bits of milliseconds, 80 random bits. Ids of one generator rise strictly, also within a millisecond and when the
/// clock steps back.
package final class JobID: Sendable {
    private struct State {
        var milliseconds: UInt64 = 0
        var high: UInt16 = 0
        var low: UInt64 = 0
    }
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
    private let state = Mutex(State())

    private let prefix: String

    /// A maker of ids that has made none.
    ///
    /// - Parameter prefix: what they are of, with an underscore.
    package init(prefix: String = "job_") { self.prefix = prefix }

    /// - Parameter nowMs: since 1970; negative counts as 0, and only 48 bits are used.
    package func make(nowMs: Int64) -> String {
        let now = UInt64(max(nowMs, 0)) & 0xFFFF_FFFF_FFFF
        let value = state.withLock { state in
            if now > state.milliseconds {
                state.milliseconds = now
                // The top bit stays free, so that counting up within a millisecond cannot overflow.
                state.high = UInt16.random(in: 0...0x7FFF)
                state.low = UInt64.random(in: 0...UInt64.max)
            } else {
                let (low, overflow) = state.low.addingReportingOverflow(1)
                state.low = low
                if overflow { state.high &+= 1 }
            }
            return state
        }
        return prefix + Self.encode(milliseconds: value.milliseconds, high: value.high, low: value.low)
    }

    private static func encode(milliseconds: UInt64, high: UInt16, low: UInt64) -> String {
        var characters = [UInt8](repeating: 0, count: 26)
        var top = milliseconds << 16 | UInt64(high)
        var bottom = low
        for index in characters.indices.reversed() {
            characters[index] = alphabet[Int(bottom & 31)]
            bottom = bottom >> 5 | (top & 31) << 59
            top >>= 5
        }
        return String(decoding: characters, as: UTF8.self)
    }
}
