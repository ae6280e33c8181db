import ArgumentParser
import JSON
import ModelFiles
import System

/// `rondo models export`.
struct ExportCommand: AsyncParsableCommand {
    private static let fileMode: UInt32 = 0o666

    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Writes a version's weights into a file.",
        discussion: """
            The file is safetensors with PyTorch's names and the model's description, which rondo models import \
            takes as it is. With --onnx it is the network as an ONNX graph.
            """)

    @Argument(
        help: "NAME, NAME@VERSION or NAME@LABEL (default: stable, or the newest).",
        completion: .shellCommand(ModelsCommand.namesCommand))
    var name: String

    @Option(
        name: [.short, .long], help: "The file, or - for standard output (default: NAME-VERSION.safetensors or .onnx).",
        completion: .file())
    var output: String?

    @Flag(help: "Write an ONNX graph.")
    var onnx = false

    @Flag(help: "Replace a file that is there.")
    var force = false

    @OptionGroup var server: ServerOptions

    func run() async throws {
        let place = try ModelPlace(name)
        let version = try place.version(in: try await server.json("GET", place.path))
        let file = output ?? "\(place.name)-\(version)." + (onnx ? "onnx" : "safetensors")
        let isStandardOutput = file == "-"
        guard isStandardOutput || force || access(file, F_OK) != 0 else {
            throw ClientError(description: "\(file) is there already: --force replaces it, --output names another")
        }
        let path = place.path(of: version, onnx ? "onnx" : "weights")
        let (bytes, headers) = try await server.withClient { client, _ in
            try await ServerOptions.blocking { try client.bytes("GET", path) }
        }
        if let digest = headers["etag"]?.filter({ $0 != "\"" }), !onnx, digest != SHA256.hex(bytes) {
            throw ClientError(description: "what came is not what the server has: its SHA-256 is not \(digest)")
        }
        if isStandardOutput { return StandardOutput.write(bytes) }
        try AtomicFile.write(bytes, to: file, mode: Self.fileMode)
        StandardError.write("\(place.name)@\(version): \(bytes.count) bytes in \(file)\n")
    }
}
