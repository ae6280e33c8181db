import CBuild
import Compression
import JSON
import Kernels
import SequenceService
import Store
import System
import TLS

/// What `rondo version` says of this program and of the machine that it runs on: a fact a line.
enum VersionFacts {
    /// Of the compiler; Swift tells a program no more than whether it is at least some version.
    private static var swift: String {
        #if compiler(>=6.5)
        "6.5 or later"
        #elseif compiler(>=6.4)
        "6.4"
        #elseif compiler(>=6.3)
        "6.3"
        #else
        "6.2"
        #endif
    }

    private static var commit: String? {
        let commit = String(cString: rondo_build_commit())
        return commit.isEmpty ? nil : commit
    }

    /// The lines, without an end.
    static var text: String {
        let share = MachineShare.current
        let facts = [
            ("commit", commit ?? "not told to the build"), ("swift", swift),
            ("instruction set", "\(InstructionSet.name) (of \(InstructionSet.supportedNames.joined(separator: ", ")))"),
            ("processors", "\(share.processors.value) (\(share.processors.source))"),
            ("memory", share.memory.map { "\($0.value) bytes (\($0.source))" } ?? "not told by the system"),
            ("openssl", TLSLibrary.version), ("sqlite", SQLiteLibrary.version), ("zlib", GzipCompressor.libraryVersion),
        ]
        let width = 17
        let lines = facts.map { name, value in name + String(repeating: " ", count: width - name.count) + value }
        return (["\(ServiceVersion.name) \(ServiceVersion.number)"] + lines).joined(separator: "\n")
    }

    /// The same as one object.
    static var json: JSONValue {
        let share = MachineShare.current
        return [
            "name": .string(ServiceVersion.name), "version": .string(ServiceVersion.number),
            "commit": JSONValue(commit), "swift": .string(swift), "instruction_set": .string(InstructionSet.name),
            "instruction_sets": .array(InstructionSet.supportedNames.map(JSONValue.string)),
            "processors": .integer(share.processors.value), "processors_by": .string(share.processors.source),
            "memory_bytes": share.memory.map { .integer($0.value) } ?? .null,
            "memory_by": share.memory.map { .string($0.source) } ?? .null,
            "openssl": .string(TLSLibrary.version), "sqlite": .string(SQLiteLibrary.version),
            "zlib": .string(GzipCompressor.libraryVersion),
        ]
    }
}
