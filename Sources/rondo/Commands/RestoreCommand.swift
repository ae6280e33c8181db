import ArgumentParser
import SequenceService
import System

/// `rondo restore`.
struct RestoreCommand: ParsableCommand {
    private static let pieceSizeBytes = 1 << 20

    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Puts a backup into an empty data directory.",
        discussion: """
            Every file is compared with its digest, and rows with files, before anything of it is to be seen. A data \
            directory that has something in it is refused. The backup stays as it is.
            """)

    @Argument(help: "The directory of rondo backup, or the tar archive of POST /backup.", completion: .file())
    var backup: String

    @OptionGroup var data: DataOption

    func run() throws {
        guard Files.exists(backup) else { throw ClientError(description: "there is no backup \(backup)") }
        let restore = try BackupRestore(into: ServiceDirectory(root: data.path))
        if restore.isHalfDone {
            try restore.goOn()
            return StandardError.write("\(data.path): a restore that broke off has ended; next: rondo check\n")
        }
        let check = try restore.run(backup, next: try source())
        let faults = check.findings.filter(\.kind.isFault)
        for fault in faults { StandardError.write("damaged before the backup: \(fault.place): \(fault.detail)\n") }
        StandardError.write(
            "\(data.path): \(check.counts.versions) versions, \(check.counts.jobs) jobs; next: rondo serve\n")
        if !faults.isEmpty { throw ExitCode(1) }
    }

    /// The archive, piece by piece.
    private func source() throws -> () throws -> [UInt8] {
        if Files.isDirectory(backup) {
            let stream = try BackupStream(backup: backup)
            return { try stream.next() }
        }
        let file = ArchiveFile(try FileDescriptor.open(backup, O_RDONLY), backup)
        return { try file.descriptor.read(sizeBytesMax: Self.pieceSizeBytes, file.path) }
    }

    /// An open archive.
    private final class ArchiveFile {
        let descriptor: FileDescriptor
        let path: String

        init(_ descriptor: consuming FileDescriptor, _ path: String) {
            self.descriptor = descriptor
            self.path = path
        }
    }
}
