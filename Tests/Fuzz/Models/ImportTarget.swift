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
        let text = JSONValue.object(header).bytes
        bytes = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text + data
        return Self.use(bytes, &random, verbose: verbose)
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
            let file = try SafeTensors.decode(bytes)
            let settings = try JSONParser.parse(file.metadata[ModelExport.settingsKey] ?? "{}")
            let read = try ImportReader.read(settings, limits: ServiceLimits())
            let model = try ModelImport.model(read.request, tensors: file.tensors)
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
            return "refused"
        }
    }
}
