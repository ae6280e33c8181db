package import Kernels
package import System

/// The published models on disk.
///
///     <root>/<name>/<version>/model.json           what the service wants to know
///                             model.safetensors    the weights
///                             SHA256SUMS           digests of both, as `sha256sum -c` reads them
///     <root>/.work/…                               versions being written, or being deleted
///
/// Invariants
/// 1. A version's directory appears whole, by one rename, and is never written to again.
/// 2. It disappears by one rename into `.work`, where it is deleted.
/// 3. What lies in `.work` without a lock is a leftover of a crash and is deleted at the next start.
/// 4. `load` believes nothing that does not match its digest.
///
/// Names are validated before they become part of a path, and files are read below the root's descriptor without
/// following links. Several processes may work on the same root.
package struct ModelDirectory: Sendable {
    /// Most bytes of `model.json` (it holds vocabularies).
    package static let modelJSONSizeBytesMax = 256 << 20
    private static let modelJSONName = "model.json"
    private static let weightsName = "model.safetensors"
    private static let pieceSizeBytes = 1 << 20

    /// The directory that holds one directory for each model.
    package let root: String
    /// Largest weights file that `load` reads.
    package let weightsSizeBytesMax: Int
    private var workPath: String { root + "/.work" }

    /// - Parameter root: `<data>/models`. Nothing is touched until `prepare`, `publish` or `remove`.
    package init(root: String, weightsSizeBytesMax: Int = 8 << 30) {
        self.root = root
        self.weightsSizeBytesMax = weightsSizeBytesMax
    }

    /// Makes the directories and deletes leftovers of crashes. Call once at start; work in progress elsewhere is left
    /// alone.
    package func prepare() throws(FileError) {
        try Files.makeDirectories(workPath)
        for name in try Files.names(in: workPath) {
            try LockedDescriptor.removeIfAbandoned(workPath + "/" + name)
        }
    }

    /// Makes a version appear. When this returns it is on disk.
    ///
    /// - Parameter replacing: take the place of a directory that is there already: files without a row in the store,
    ///   left by a crash between publishing and recording. Without it such a directory is an error.
    /// - Returns: the SHA-256 of the weights file.
    /// - Throws: `FileError.invalidName`, `alreadyExists`, `io`, `tooLarge` (header of the weights).
    @discardableResult
    package func publish(
        name: String, version: Int, modelJSON: [UInt8], tensors: [NamedTensor], metadata: [String: String] = [:],
        replacing: Bool = false
    ) throws(FileError) -> String {
        let target = try path(name: name, version: version)
        let weights = try SafeTensors.encode(tensors, metadata: metadata)
        let digest = SHA256.hex(weights)
        let sums = DigestList([(Self.modelJSONName, SHA256.hex(modelJSON)), (Self.weightsName, digest)])
        if !replacing && Files.exists(target) { throw .alreadyExists(path: target) }

        try Files.makeDirectories(workPath)
        let work = try LockedDescriptor.makeDirectory(workPath + "/\(name)@\(version)")
        do throws(FileError) {
            try AtomicFile.writeNew(modelJSON, to: work.path + "/" + Self.modelJSONName)
            try AtomicFile.writeNew(weights, to: work.path + "/" + Self.weightsName)
            try AtomicFile.writeNew(sums.text, to: work.path + "/" + DigestList.fileName)
            try AtomicFile.fsyncDirectory(work.path)
            try Files.makeDirectories(root + "/" + name)
            if replacing { try remove(name: name, version: version) }
            // rename would silently take the place of an empty directory, and fails on any other.
            try Files.rename(work.path, to: target)
        } catch {
            // The first failure is the one to report; the next start tries the cleaning again.
            try? Files.removeTree(work.path)
            if case .io(_, _, let code) = error, code == ENOTEMPTY || code == EEXIST {
                throw .alreadyExists(path: target)
            }
            throw error
        }
        try AtomicFile.fsyncDirectory(root + "/" + name)
        return digest
    }

    /// Reads and verifies a version.
    ///
    /// - Throws: `FileError.notFound`, `damaged` naming the file, `invalidName`, `tooLarge`, `io`.
    package func load(
        name: String, version: Int
    ) throws(FileError) -> (modelJSON: [UInt8], tensors: [NamedTensor], weightsSHA256: String) {
        let directory = try path(name: name, version: version)
        let sums = try readSums(directory)
        let modelJSON = try readVerified(directory, Self.modelJSONName, sums, Self.modelJSONSizeBytesMax)
        let weights = try readVerified(directory, Self.weightsName, sums, weightsSizeBytesMax)
        let tensors = try SafeTensors.decode(weights, path: directory + "/" + Self.weightsName).tensors
        return (modelJSON, tensors, sums[Self.weightsName] ?? "")
    }

    /// Reads and verifies `model.json` alone.
    package func loadModelJSON(name: String, version: Int) throws(FileError) -> [UInt8] {
        let directory = try path(name: name, version: version)
        return try readVerified(directory, Self.modelJSONName, try readSums(directory), Self.modelJSONSizeBytesMax)
    }

    /// The published versions by name, both ascending. Directories that are not versions of ours are passed over.
    package func versions() throws(FileError) -> [(name: String, versions: [Int])] {
        var models: [(name: String, versions: [Int])] = []
        for name in try Files.names(in: root) where ModelName.isValid(name) {
            let versions = try Files.names(in: root + "/" + name).compactMap { text -> Int? in
                guard let version = Int(text), version > 0, String(version) == text else { return nil }
                return version
            }
            if !versions.isEmpty { models.append((name, versions.sorted())) }
        }
        return models
    }

    /// Whether there is something under a version's number, whole or not.
    package func hasFiles(name: String, version: Int) throws(FileError) -> Bool {
        Files.exists(try path(name: name, version: version))
    }

    /// The digest that a version's weights were published with, as the list beside them says.
    ///
    /// - Throws: `FileError.notFound` when there is no such version, `damaged` when the list is.
    package func weightsDigest(name: String, version: Int) throws(FileError) -> String {
        let directory = try path(name: name, version: version)
        guard let digest = try readSums(directory)[Self.weightsName] else {
            throw .damaged(path: directory, detail: "\(DigestList.fileName) has no digest of \(Self.weightsName)")
        }
        return digest
    }

    /// Makes a version disappear, durably, then deletes its files. A file that is not there is not a fault.
    package func remove(name: String, version: Int) throws(FileError) {
        let target = try path(name: name, version: version)
        try Files.makeDirectories(workPath)
        let trash = workPath + "/\(name)@\(version)." + Files.temporarySuffix()
        do throws(FileError) {
            try fileCall("move to trash", target) { rename(target, trash) }
        } catch .notFound {
            return
        }
        try AtomicFile.fsyncDirectory(root + "/" + name)
        try Files.removeTree(trash)
    }

    /// Opens a version's weights file for reading, at its beginning, after it was read once and found undamaged.
    ///
    /// - Parameter sha256: the digest that the file is to have; nil takes the one beside it.
    /// - Throws: `FileError.notFound`, `damaged`, `invalidName`, `io`.
    package func openWeights(name: String, version: Int, sha256: String? = nil) throws(FileError) -> FileDescriptor {
        let directory = try path(name: name, version: version)
        let path = directory + "/" + Self.weightsName
        let file = try Files.open("\(name)/\(version)/\(Self.weightsName)", below: root)
        var expected = sha256
        if expected == nil { expected = try readSums(directory)[Self.weightsName] }
        guard try Self.digest(of: file, path) == expected else {
            throw .damaged(path: path, detail: "its SHA-256 is not the one that it was published with")
        }
        try file.rewind(path)
        return file
    }

    /// From where its last reading ended.
    private static func digest(of file: borrowing FileDescriptor, _ path: String) throws(FileError) -> String {
        var hash = SHA256()
        while true {
            let bytes = try file.read(sizeBytesMax: pieceSizeBytes, path)
            if bytes.isEmpty { return hash.finalizeHex() }
            hash.update(bytes)
        }
    }

    /// Path of a version's weights file, whether it exists or not.
    package func weightsPath(name: String, version: Int) throws(FileError) -> String {
        try path(name: name, version: version) + "/" + Self.weightsName
    }

    // MARK: -

    private func path(name: String, version: Int) throws(FileError) -> String {
        try ModelName.validate(name)
        guard version > 0 else { throw .invalidName(name: "\(name)@\(version)") }
        return root + "/" + name + "/" + String(version)
    }

    private func readSums(_ directory: String) throws(FileError) -> DigestList {
        let path = directory + "/" + DigestList.fileName
        return try DigestList(readPart(directory, DigestList.fileName, DigestList.sizeBytesMax), path: path)
    }

    private func readVerified(
        _ directory: String, _ name: String, _ sums: DigestList, _ sizeBytesMax: Int
    ) throws(FileError) -> [UInt8] {
        let bytes = try readPart(directory, name, sizeBytesMax)
        try sums.check(bytes, name, path: directory + "/" + name)
        return bytes
    }

    /// A file of a version. A missing one is damage, unless the whole version is missing.
    private func readPart(_ directory: String, _ name: String, _ sizeBytesMax: Int) throws(FileError) -> [UInt8] {
        let path = directory + "/" + name
        do throws(FileError) {
            let file = try Files.open(String(path.dropFirst(root.count + 1)), below: root)
            return try AtomicFile.read(file, path: path, sizeBytesMax: sizeBytesMax)
        } catch {
            guard case .notFound = error else { throw error }
            throw Files.exists(directory)
                ? .damaged(path: path, detail: "it is missing") : .notFound(path: directory)
        }
    }
}
