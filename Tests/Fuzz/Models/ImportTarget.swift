import JSON
import Kernels
import ModelFiles
import SequenceModels
import SequenceService

/// Files of weights as `PUT /models/{name}/versions` takes them: settings, shapes, offsets, types and values spoiled.
/// What is accepted must load, predict, and be exported.
struct ImportTarget: FuzzTarget {
    /// Bytes of a safetensors file, whose metadata has the settings.
    private let files: [[UInt8]]

    init() throws {
        files = try SeedModels().seeds.filter { $0.model.description.network.recurrent != nil }.map {
            try SafeTensors.encode($0.model.tensors, metadata: ModelExport.metadata($0.model.description))
        }
    }

    func run(_ random: inout RandomSource, verbose: Bool) -> String {
        var bytes = random.pick(files)
        let headerSize = Int(bytes.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) })
        guard var header = try? JSONParser.parse(Array(bytes[8..<8 + headerSize])).object else { return "broken seed" }
        if !random.oneIn(4) {
            var metadata = header["__metadata__"]?.object ?? [:]
            let text = metadata[ModelExport.settingsKey]?.asString ?? "{}"
            let settings = (try? JSONParser.parse(text)) ?? [:]
            let spoiled = JSONMutator.mutated(settings, places: 1 + random.below(3), &random)
            if verbose { print("settings: \(spoiled.text)") }
            metadata[ModelExport.settingsKey] = .string(spoiled.text)
            header["__metadata__"] = .object(metadata)
        }
        if random.oneIn(3) {
            let name = random.pick(header.keys)
            header[name] = JSONMutator.mutated(header[name] ?? [:], places: 1 + random.below(2), &random)
            if verbose { print("\(name): \(header[name]?.text ?? "")") }
        }
        var data = Array(bytes[(8 + headerSize)...])
        if random.oneIn(3) { Self.spoil(&data, &random) }
        if random.oneIn(6) { Self.removeBiases(&header, &data, &random) }
        if random.oneIn(6) { Self.addTensor(&header, &data, &random) }
        let text = JSONValue.object(header).bytes
        if random.oneIn(40) {
            let begin = random.pick(Self.beginnings)
            return Self.use(begin + data, &random, verbose: verbose)
        }
        bytes = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text + data
        return Self.use(bytes, &random, verbose: verbose)
    }

    /// As files of other formats begin.
    private static let beginnings: [[UInt8]] = [
        [], [0x50, 0x4B, 3, 4], [0x50, 0x4B, 3, 4] + Array("archive/data.pkl".utf8), [0x80, 2], [8, 8, 0x12],
        [0x1F, 0x8B], Array("{".utf8), Array("GGUF".utf8),
    ]

    /// What a file may say of a tensor, besides F32.
    private static let types = ["F64", "F16", "BF16", "I64", "BOOL", "F4", "X"]

    /// A tensor comes beside the others, of a type that is perhaps none of a network.
    private static func addTensor(_ header: inout JSONObject, _ data: inout [UInt8], _ random: inout RandomSource) {
        let name = random.pick(["extra", "bn.num_batches_tracked", "lstm.weight_hr_l0", "head.bias", "rnn.bias_l0"])
        let size = 8 * random.below(4)
        let shape = JSONValue(random.pick([[], [size / 4], [size / 8], [0, 1 << 40], [1, size]]))
        header[name] = [
            "dtype": .string(random.pick(types)), "shape": shape,
            "data_offsets": [.integer(data.count), .integer(data.count + size)],
        ]
        data += [UInt8](repeating: 1, count: size)
    }

    /// A few tensors are taken away: biases may be.
    private static func removeBiases(_ header: inout JSONObject, _ data: inout [UInt8], _ random: inout RandomSource) {
        let isWhole = random.oneIn(2)
        var kept: [UInt8] = []
        var result: JSONObject = [:]
        for (name, value) in header.members {
            guard let offsets = value["data_offsets"]?.elements, let from = offsets.first?.asInt,
                let to = offsets.last?.asInt, 0...to ~= from, to <= data.count, var tensor = value.object
            else {
                result[name] = value
                continue
            }
            if name.contains("bias") && (isWhole || random.oneIn(3)) { continue }
            tensor["data_offsets"] = [.integer(kept.count), .integer(kept.count + to - from)]
            kept += data[from..<to]
            result[name] = .object(tensor)
        }
        (header, data) = (result, kept)
    }

    /// Some weights become large, tiny, or no numbers.
    private static func spoil(_ data: inout [UInt8], _ random: inout RandomSource) {
        let values: [Float] = [3e38, -3e38, 1e30, -1e30, Float.leastNonzeroMagnitude, 0, 1e10, -1e10, .infinity, .nan]
        let value = random.pick(values)
        let stride = random.pick([1, 2, 7, 50])
        for index in Swift.stride(from: 0, to: data.count / 4, by: stride) {
            withUnsafeBytes(of: (random.oneIn(9) ? -value : value).bitPattern.littleEndian) { bytes in
                for (place, byte) in bytes.enumerated() { data[4 * index + place] = byte }
            }
        }
    }

    /// As the importer does it, without a disk.
    private static func use(_ bytes: [UInt8], _ random: inout RandomSource, verbose: Bool) -> String {
        do {
            let file = try SafeTensorsFile(bytes)
            let settings = try JSONParser.parse(file.metadata[ModelExport.settingsKey] ?? "{}")
            let read = try ImportReader.read(settings, limits: ServiceLimits())
            let tensors = ImportFile(file, leavingOut: read.request.names)
            let model = try ModelImport.model(read.request, tensors: tensors.read, unread: tensors.unread)
            let document = ModelDocument(
                name: "m", version: 1, createdAtMs: 0, imported: model.description,
                parameterCount: model.tensors.reduce(0) { $0 + $1.values.count }, metadata: read.metadata)
            let json = try document.json().bytes
            let weights = try SafeTensors.encode(model.tensors, metadata: ModelExport.metadata(model.description))
            do {
                let stored = try StoredModel(
                    modelJSON: json, tensors: SafeTensors.decode(weights).tensors, name: "m@1")
                return Exercise.run(stored, &random, verbose: verbose) ? "answered" : "accepted"
            } catch {
                fatalError("accepted, but not believed when it is read again: \(error)")
            }
        } catch {
            if verbose { print("refused: \(error)") }
            _ = ForeignFile(bytes)?.remedy
            return "refused"
        }
    }
}
