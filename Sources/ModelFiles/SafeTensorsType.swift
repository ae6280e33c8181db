/// The element types we read as numbers of a network.
enum SafeTensorsType: String {
    case float32 = "F32"
    case float16 = "F16"
    case bfloat16 = "BF16"
    case float64 = "F64"

    /// Bits of an element, of any type that the format has (safetensors 0.7); nil for another.
    ///
    /// Counters, flags and quantised numbers may stand beside the weights of a network. They are no weights of ours.
    static func bits(of dtype: String) -> Int? {
        switch dtype {
        case "F4": 4
        case "F6_E2M3", "F6_E3M2": 6
        case "BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ": 8
        case "U16", "I16", "F16", "BF16": 16
        case "U32", "I32", "F32": 32
        case "U64", "I64", "F64", "C64": 64
        default: nil
        }
    }

    var sizeBytes: Int {
        switch self {
        case .float16, .bfloat16: 2
        case .float32: 4
        case .float64: 8
        }
    }

    /// Converts a byte range that is a multiple of `sizeBytes` long.
    func floats(_ bytes: [UInt8], _ range: Range<Int>) -> [Float] {
        let count = range.count / sizeBytes
        return bytes.withUnsafeBytes { all in
            // SAFETY: count × sizeBytes ≤ range.count bytes are read from range.lowerBound on; the slice checks its
            // bounds.
            let source = UnsafeRawBufferPointer(rebasing: all[range])
            return [Float](unsafeUninitializedCapacity: count) { floats, filled in
                switch self {
                case .float32: UnsafeMutableRawBufferPointer(floats).copyMemory(from: source)
                case .float16:
                    for i in 0..<count {
                        floats[i] = Self.half(source.loadUnaligned(fromByteOffset: 2 * i, as: UInt16.self))
                    }
                case .bfloat16:
                    for i in 0..<count {
                        floats[i] = Float(
                            bitPattern: UInt32(source.loadUnaligned(fromByteOffset: 2 * i, as: UInt16.self)) << 16)
                    }
                case .float64:
                    for i in 0..<count {
                        floats[i] = Float(
                            Double(bitPattern: source.loadUnaligned(fromByteOffset: 8 * i, as: UInt64.self)))
                    }
                }
                filled = count
            }
        }
    }

    /// IEEE 754 binary16; exact. `Float16` is not on every platform.
    static func half(_ bits: UInt16) -> Float {
        let sign = UInt32(bits & 0x8000) << 16
        let exponent = UInt32(bits >> 10 & 31)
        let fraction = UInt32(bits & 0x3FF)
        switch exponent {
        case 0:
            let magnitude = Float(fraction) * 0x1p-24
            return sign == 0 ? magnitude : -magnitude
        case 31: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
        default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }
}
