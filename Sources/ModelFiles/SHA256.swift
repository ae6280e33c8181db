/// SHA-256 (FIPS 180-4), to notice damage, to name files by their content, and to keep digests of random keys. It
/// branches and looks up by sizes only, never by content; it is not a hash for passwords, which need a slow one.
package struct SHA256 {
    private var state: [UInt32] = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]
    private var pending: [UInt8] = []
    private var sizeBytes: UInt64 = 0

    /// The digest of an empty message so far.
    package init() {}

    /// The digest of some bytes in lower-case hexadecimal, 64 characters.
    package static func hex(_ bytes: [UInt8]) -> String {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finalizeHex()
    }

    /// Appends bytes to the message.
    package mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// Appends bytes to the message.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        sizeBytes &+= UInt64(bytes.count)
        var rest = bytes[...]
        if !pending.isEmpty {
            let taken = rest.prefix(64 - pending.count)
            pending.append(contentsOf: taken)
            rest = rest.dropFirst(taken.count)
            guard pending.count == 64 else { return }
            pending.withUnsafeBytes { Self.compress($0, into: &state) }
            pending.removeAll(keepingCapacity: true)
        }
        let whole = rest.count & ~63
        Self.compress(UnsafeRawBufferPointer(rebasing: rest.prefix(whole)), into: &state)
        pending.append(contentsOf: rest.dropFirst(whole))
    }

    /// The 32 bytes of the digest. The value can go on being updated.
    package func finalized() -> [UInt8] {
        var state = state
        var tail = pending
        tail.append(0x80)
        while tail.count % 64 != 56 { tail.append(0) }
        let sizeBits = sizeBytes &* 8
        for shift in stride(from: 56, through: 0, by: -8) {
            tail.append(UInt8(truncatingIfNeeded: sizeBits >> UInt64(shift)))
        }
        tail.withUnsafeBytes { Self.compress($0, into: &state) }
        return state.flatMap { word in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> UInt32($0)) } }
    }

    /// The digest of all bytes so far, as 64 lower-case hexadecimal digits.
    package func finalizeHex() -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: finalized().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// - Parameter blocks: a multiple of 64 bytes.
    private static func compress(_ blocks: UnsafeRawBufferPointer, into state: inout [UInt32]) {
        guard let start = blocks.baseAddress else { return }
        state.withUnsafeMutableBufferPointer { state in
            roundConstants.withUnsafeBufferPointer { constants in
                withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 16) { schedule in
                    // SAFETY: each block is 64 bytes inside `blocks`; state has 8, constants 64 and schedule 16
                    // elements.
                    guard let h = state.baseAddress, let k = constants.baseAddress, let w = schedule.baseAddress else {
                        return
                    }
                    for offset in stride(from: 0, to: blocks.count, by: 64) {
                        compressBlock(start + offset, h, k, w)
                    }
                }
            }
        }
    }

    /// One block. The schedule is a ring of the last 16 words; a round renames the eight variables instead of moving
    /// them.
    @inline(__always)
    private static func compressBlock(
        _ block: UnsafeRawPointer, _ h: UnsafeMutablePointer<UInt32>, _ k: UnsafePointer<UInt32>,
        _ w: UnsafeMutablePointer<UInt32>
    ) {
        var i = 0
        while i < 16 {
            w[i] = UInt32(bigEndian: block.loadUnaligned(fromByteOffset: 4 &* i, as: UInt32.self))
            i &+= 1
        }
        var (a, b, c, d, e, f, g, j) = (h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7])
        var base = 0
        while true {
            round(a, b, c, &d, e, f, g, &j, k[base &+ 0] &+ w[0])
            round(j, a, b, &c, d, e, f, &g, k[base &+ 1] &+ w[1])
            round(g, j, a, &b, c, d, e, &f, k[base &+ 2] &+ w[2])
            round(f, g, j, &a, b, c, d, &e, k[base &+ 3] &+ w[3])
            round(e, f, g, &j, a, b, c, &d, k[base &+ 4] &+ w[4])
            round(d, e, f, &g, j, a, b, &c, k[base &+ 5] &+ w[5])
            round(c, d, e, &f, g, j, a, &b, k[base &+ 6] &+ w[6])
            round(b, c, d, &e, f, g, j, &a, k[base &+ 7] &+ w[7])
            round(a, b, c, &d, e, f, g, &j, k[base &+ 8] &+ w[8])
            round(j, a, b, &c, d, e, f, &g, k[base &+ 9] &+ w[9])
            round(g, j, a, &b, c, d, e, &f, k[base &+ 10] &+ w[10])
            round(f, g, j, &a, b, c, d, &e, k[base &+ 11] &+ w[11])
            round(e, f, g, &j, a, b, c, &d, k[base &+ 12] &+ w[12])
            round(d, e, f, &g, j, a, b, &c, k[base &+ 13] &+ w[13])
            round(c, d, e, &f, g, j, a, &b, k[base &+ 14] &+ w[14])
            round(b, c, d, &e, f, g, j, &a, k[base &+ 15] &+ w[15])
            base &+= 16
            if base == 64 { break }
            i = 0
            while i < 16 {
                let early = w[(i &+ 1) & 15]
                let late = w[(i &+ 14) & 15]
                let s0 = rotate(early, 7) ^ rotate(early, 18) ^ early >> 3
                let s1 = rotate(late, 17) ^ rotate(late, 19) ^ late >> 10
                w[i] = w[i] &+ s0 &+ w[(i &+ 9) & 15] &+ s1
                i &+= 1
            }
        }
        h[0] &+= a
        h[1] &+= b
        h[2] &+= c
        h[3] &+= d
        h[4] &+= e
        h[5] &+= f
        h[6] &+= g
        h[7] &+= j
    }

    @inline(__always)
    private static func round(
        _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32, _ e: UInt32, _ f: UInt32, _ g: UInt32,
        _ h: inout UInt32,
        _ input: UInt32
    ) {
        let t1 = h &+ (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) &+ (g ^ (e & (f ^ g))) &+ input
        d = d &+ t1
        h = t1 &+ (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) &+ ((a & b) | (c & (a | b)))
    }

    @inline(__always)
    private static func rotate(_ value: UInt32, _ count: UInt32) -> UInt32 { value >> count | value << (32 &- count) }

    private static let roundConstants: [UInt32] = [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
        0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
        0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
        0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
        0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
        0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ]
}
