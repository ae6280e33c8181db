import CDecimal

/// Decimal numbers that others than JSON write.
package enum DecimalNumber {
    /// The double nearest to significand · 10^exponent, ties to even; infinity for what is too large.
    package static func nearest(_ significand: UInt64, exponent: Int) -> Double {
        cd_nearest(significand, exponent, DecimalTables.pointer)
    }
}
