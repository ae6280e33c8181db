import Kernels

/// What a safetensors header says, checked against the size of the data behind it.
struct SafeTensorsHeader {
    struct Entry {
        let name: String
        /// As the header has it: of the format, and perhaps of a later one.
        let dtype: String
        let shape: [Int]
        /// Bytes, from the start of the data.
        let range: Range<Int>
    }

    struct Fault: Error {
        let detail: String
    }

    /// In the order of the header.
    private(set) var entries: [Entry] = []
    private(set) var metadata: [String: String] = [:]

    /// Accepts exactly: distinct names; known types; ranges that have the size of type × shape, do not overlap and
    /// together cover the data from its first byte to its last.
    init(parsing text: ArraySlice<UInt8>, dataSizeBytes: Int) throws(Fault) {
        var scanner = HeaderScanner(text: text)
        var names: Set<String> = []
        try scanner.object { key, scanner throws(Fault) in
            guard names.insert(key).inserted else { throw Fault(detail: "'\(key.prefix(80))' is there twice") }
            if key == SafeTensors.metadataKey {
                try scanner.object { key, scanner throws(Fault) in
                    guard metadata.updateValue(try scanner.string(), forKey: key) == nil else {
                        throw Fault(detail: "metadata '\(key.prefix(80))' is there twice")
                    }
                }
            } else {
                entries.append(try Self.entry(name: key, &scanner))
            }
        }
        try scanner.end()
        try Self.checkCover(entries, dataSizeBytes)
    }

    private static func entry(name: String, _ scanner: inout HeaderScanner) throws(Fault) -> Entry {
        var dtype: String?
        var shape: [Int]?
        var offsets: [Int]?
        try scanner.object { key, scanner throws(Fault) in
            switch key {
            case "dtype" where dtype == nil: dtype = try scanner.string()
            case "shape" where shape == nil: shape = try scanner.integers()
            case "data_offsets" where offsets == nil: offsets = try scanner.integers()
            default:
                throw Fault(detail: "tensor '\(name.prefix(80))' has an unexpected or repeated '\(key.prefix(80))'")
            }
        }
        guard let dtype, let shape, let offsets, offsets.count == 2 else {
            throw Fault(detail: "tensor '\(name.prefix(80))' needs dtype, shape and two data_offsets")
        }
        guard offsets[0] <= offsets[1] else { throw Fault(detail: "tensor '\(name.prefix(80))' ends before it starts") }
        try checkSize(name, dtype: dtype, shape: shape, sizeBytes: offsets[1] - offsets[0])
        return Entry(name: name, dtype: dtype, shape: shape, range: offsets[0]..<offsets[1])
    }

    /// Nothing is known of the size of a type that this program has not heard of.
    private static func checkSize(_ name: String, dtype: String, shape: [Int], sizeBytes: Int) throws(Fault) {
        guard let bits = SafeTensorsType.bits(of: dtype) else { return }
        var size = bits
        var hasOverflow = false
        for axis in shape {
            let (product, overflow) = size.multipliedReportingOverflow(by: axis)
            size = product
            hasOverflow = hasOverflow || overflow
        }
        guard !hasOverflow, size % 8 == 0, size / 8 == sizeBytes else {
            throw Fault(detail: "tensor '\(name.prefix(80))': type and shape do not give the size of its data")
        }
    }

    private static func checkCover(_ entries: [Entry], _ dataSizeBytes: Int) throws(Fault) {
        var end = 0
        let ordered = entries.sorted {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }
        for entry in ordered {
            guard entry.range.lowerBound == end else {
                let what = entry.range.lowerBound < end ? "overlaps the one before" : "leaves a hole before it"
                throw Fault(detail: "tensor '\(entry.name.prefix(80))' \(what)")
            }
            end = entry.range.upperBound
        }
        guard end == dataSizeBytes else {
            throw Fault(detail: "the tensors have \(end) bytes, the file has \(dataSizeBytes) for them")
        }
    }

    /// The header's JSON, unpadded.
    static func text(of tensors: [NamedTensor], metadata: [String: String]) -> [UInt8] {
        var text = "{"
        if !metadata.isEmpty {
            let members = metadata.sorted { $0.key < $1.key }.map { quoted($0.key) + ":" + quoted($0.value) }
            text += quoted(SafeTensors.metadataKey) + ":{" + members.joined(separator: ",") + "}"
        }
        var offset = 0
        for tensor in tensors {
            if text != "{" { text += "," }
            let end = offset + 4 * tensor.values.count
            let shape = tensor.shape.map(\.description).joined(separator: ",")
            text += quoted(tensor.name) + #":{"dtype":"F32","shape":[\#(shape)],"data_offsets":[\#(offset),\#(end)]}"#
            offset = end
        }
        return Array((text + "}").utf8)
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\" + String(scalar)
            case "\0"..<" ":
                let hex = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
