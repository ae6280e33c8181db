import ArgumentParser
import SequenceService
import System

/// `rondo backup`.
struct BackupCommand: ParsableCommand {
    /// The rows of a large store take long to copy before the first byte comes.
    private static let timeoutSeconds = 600

    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copies everything of a server or a data directory into a new directory, while work goes on.",
        discussion: """
            Versions, labels, jobs with their data and checkpoints, and keys.json, of one moment; every file is \
            compared with its digest. The directory appears when it is whole. rondo restore puts it back, or the \
            archive that POST /backup sends.

            Exit code 1 when a version or a job was damaged already: the backup has it as it is, and all others.
            """)

    @Argument(help: "The new directory.", completion: .directory)
    var directory: String

    @OptionGroup var server: ServerOptions

    func run() throws {
        var client = try server.remoteClient()
        client?.timeoutSeconds = Self.timeoutSeconds
        let place = client == nil ? try localPlace() : nil
        let target = try BackupDirectory(at: directory)
        let damage: [(place: String, detail: String)]
        do {
            if let client {
                try client.pieces("POST", "/backup") { try target.feed($0) }
            } else if let place {
                try Self.copy(place, to: target)
            }
            damage = try target.finish()
        } catch {
            target.abandon()
            throw error
        }
        StandardError.write("backup in \(directory); next: rondo restore \(NextStep.quoted(directory)) --data DIR\n")
        for item in damage { StandardError.write("damaged already: \(item.place): \(item.detail)\n") }
        if !damage.isEmpty { throw ExitCode(1) }
    }

    private func localPlace() throws -> ServiceDirectory {
        var data = DataOption()
        data.data = server.data
        let place = try data.existing()
        // Below it, the next backup would be a copy of this one, too.
        let parent = Files.resolved(Files.parent(of: directory)) ?? "", root = Files.resolved(place.root) ?? ""
        guard parent != root, !parent.hasPrefix(root + "/") else {
            throw ClientError(description: "\(directory) is in the data directory \(place.root): name one elsewhere")
        }
        return place
    }

    private static func copy(_ place: ServiceDirectory, to target: BackupDirectory) throws {
        let lock = try DirectoryLock(place, for: .service)
        try place.checkUse()
        try place.removeAbandoned(in: place.backups)
        let download = try BackupDownload(of: place)
        defer { download.close() }
        while true {
            let bytes = try download.next()
            if bytes.isEmpty { break }
            try target.feed(bytes)
        }
        withExtendedLifetime(lock) {}
    }
}
