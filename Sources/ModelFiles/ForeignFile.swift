/// Files that are sent in place of a safetensors file, by their first bytes, and how their weights get into one.
///
/// Nothing of them is read but names that say what they are: pickles run code, and the others are whole formats.
package enum ForeignFile: String, Sendable, CaseIterable {
    case torch, torchScript, keras, hdf5, npz, npy, onnx, gguf, zip, gzip, tar, pointer, page, json

    /// What the bytes begin as; nil where that says nothing.
    ///
    /// Only ask of bytes that are not a safetensors file: the size of its header may look like anything.
    package init?(_ bytes: [UInt8]) {
        func begins(_ prefix: [UInt8], at offset: Int = 0) -> Bool {
            bytes.count >= offset + prefix.count && bytes[offset..<offset + prefix.count].elementsEqual(prefix)
        }
        func begins(_ prefix: String, at offset: Int = 0) -> Bool { begins(Array(prefix.utf8), at: offset) }
        if begins([0x50, 0x4B, 3, 4]) {
            self = Self.archive(bytes)
        } else if bytes.count >= 2, bytes[0] == 0x80, 2...5 ~= bytes[1] {
            // A pickle's protocol: torch.save before 1.6, or a pickled module.
            self = .torch
        } else if begins([0x89] + Array("HDF\r\n".utf8)) {
            self = .hdf5
        } else if begins([0x93] + Array("NUMPY".utf8)) {
            self = .npy
        } else if begins("GGUF") {
            self = .gguf
        } else if begins([0x1F, 0x8B]) {
            self = .gzip
        } else if begins("ustar", at: 257) {
            self = .tar
        } else if begins("version https://git-lfs") {
            self = .pointer
        } else {
            guard let other = Self.text(bytes) ?? (Self.isONNX(bytes) ? .onnx : nil) else { return nil }
            self = other
        }
    }

    /// By names of members, which stand at the beginning and in the directory at the end.
    private static func archive(_ bytes: [UInt8]) -> ForeignFile {
        func holds(_ name: String) -> Bool {
            let name = Array(name.utf8)
            return holds(name, bytes.prefix(4096)) || holds(name, bytes.suffix(1 << 16))
        }
        func holds(_ name: [UInt8], _ part: ArraySlice<UInt8>) -> Bool {
            guard part.count >= name.count else { return false }
            return part.indices.dropLast(name.count - 1).contains { place in
                part[place] == name[0] && part[place..<place + name.count].elementsEqual(name)
            }
        }
        if holds("data.pkl") { return holds("constants.pkl") ? .torchScript : .torch }
        if holds("model.weights.h5") { return .keras }
        return holds(".npy") ? .npz : .zip
    }

    private static func text(_ bytes: [UInt8]) -> ForeignFile? {
        switch bytes.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) {
        case UInt8(ascii: "<"): .page
        case UInt8(ascii: "{"): .json
        default: nil
        }
    }

    /// `ModelProto`: its version, then the producer's name, the operators' version or the graph.
    private static func isONNX(_ bytes: [UInt8]) -> Bool {
        bytes.count > 3 && bytes[0] == 0x08 && 1...32 ~= bytes[1] && [0x12, 0x1A, 0x3A, 0x42].contains(bytes[2])
    }

    /// What it is, and what to do with it.
    package var remedy: String {
        switch self {
        case .torch:
            "the file is one of torch.save (a pickle). It is not read, as pickles run code. In Python, three lines "
                + "make the safetensors file of it:\n"
                + Self.python(
                    "torch", "torch", #"state = torch.load("model.pt", map_location="cpu", weights_only=True)"#,
                    "{name: tensor.clone().contiguous() for name, tensor in state.items()}")
                + "\n(of a checkpoint take its state_dict, state[\"state_dict\"]; of a whole module, loaded with "
                + "weights_only=False, state.state_dict())"
        case .torchScript:
            "the file is a TorchScript archive. In Python, three lines make the safetensors file of it:\n"
                + Self.python(
                    "torch", "torch", #"state = torch.jit.load("model.pt", map_location="cpu").state_dict()"#,
                    "{name: tensor.clone().contiguous() for name, tensor in state.items()}")
        case .keras, .hdf5:
            "the file is \(self == .keras ? "a .keras archive" : "an HDF5 file, as Keras writes .h5"). In Python, "
                + "three lines make the safetensors file of it:\n"
                + Self.python(
                    "keras", "numpy",
                    "model = keras.models.load_model(\"model.\(self == .keras ? "keras" : "h5")\")",
                    "{weight.path: weight.numpy() for weight in model.weights}")
                + "\nImport it with the setting \"gate_order\": \"keras\""
        case .npz, .npy:
            "the file is one of NumPy (\(self == .npz ? ".npz" : ".npy: one array, a model has several")). In Python, "
                + "three lines make the safetensors file of "
                + (self == .npz ? "it:\n" : "an .npz with the arrays by name:\n")
                + Self.python("numpy", "numpy", #"arrays = numpy.load("model.npz")"#, "dict(arrays)")
        case .onnx:
            "the file seems to be an ONNX graph. A graph is not imported: save the weights where it was exported "
                + "from, with safetensors; of a model of Rondo take /weights in place of /onnx"
        case .gguf:
            "the file is a GGUF file: quantised weights of large Transformers, which Rondo does not run. It imports "
                + "safetensors files of LSTM, GRU and RNN networks"
        case .zip: "the file is a zip archive; send the safetensors file in it"
        case .gzip:
            "the file is gzip-compressed: unpack it, or send it with the header Content-Encoding: gzip"
        case .tar: "the file is a tar archive; send the safetensors file in it"
        case .pointer:
            "the file is a pointer of Git LFS, a text that stands for the weights: fetch them with git lfs pull"
        case .page: "the file is a web page or XML; was a download answered by an error?"
        case .json:
            "the file is JSON. The body is the safetensors file; what is said about it goes into the query parameter "
                + "settings"
        }
    }

    /// Three lines that load and save.
    private static func python(_ module: String, _ flavour: String, _ load: String, _ tensors: String) -> String {
        """
        import \(module); from safetensors.\(flavour) import save_file
        \(load)
        save_file(\(tensors), "model.safetensors")
        """
    }
}
