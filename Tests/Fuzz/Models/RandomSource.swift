/// SplitMix64 (Steele, Lea & Flood 2014): the numbers of one case.
struct RandomSource: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64, index: Int) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(bitPattern: Int64(index)) &* 0xBF58_476D_1CE4_E5B9
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// One of n: `0 ..< n`.
    mutating func below(_ n: Int) -> Int { Int(next() % UInt64(max(1, n))) }

    /// True once in n.
    mutating func oneIn(_ n: Int) -> Bool { below(n) == 0 }

    /// An element; the array is not empty.
    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}
