/// Counter-based random numbers: value `index` of a stream is a function of (seed, stream, index) alone, so that a job
/// resumed anywhere, or split over any number of threads, draws the same numbers without keeping a history.
///
/// - Note: two rounds of SplitMix64's finaliser (Steele, Lea & Flood, 2014) over a key and a Weyl sequence.
package struct CounterRandom: Sendable {
    private let key: UInt64

    /// Numbers of one purpose: different streams of a seed are independent.
    package init(seed: UInt64, stream: UInt64) {
        key = Self.mix(Self.mix(seed) ^ (stream &* 0xD134_2543_DE82_EF95 &+ 0x2545_F491_4F6C_DD1D))
    }

    /// 64 random bits.
    package func bits(_ index: UInt64) -> UInt64 {
        Self.mix(Self.mix(key &+ index &* 0x9E37_79B9_7F4A_7C15) ^ key)
    }

    /// Uniform in [0, 1), with 53 random bits.
    package func uniform(_ index: UInt64) -> Double { Double(bits(index) >> 11) * 0x1p-53 }

    /// Standard normal, by Box and Muller (1958); made of portable operations only.
    package func normal(_ index: UInt64) -> Double {
        let u = 1 - uniform(index &* 2)
        let radius = (-2 * PortableMath.log(u)).squareRoot()
        return radius * PortableMath.cosSinTurns(uniform(index &* 2 &+ 1)).cos
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var x = value &+ 0x9E37_79B9_7F4A_7C15
        x = (x ^ (x >> 30)) &* 0xBF58_476D_1CE4_E5B9
        x = (x ^ (x >> 27)) &* 0x94D0_49BB_1331_11EB
        return x ^ (x >> 31)
    }
}
