package import Kernels
package import ModelFiles
package import RecurrentLayers
package import SequenceModels
package import Store
import Synchronization

/// Versions by name, number and label; loaded once, shared, and evicted by memory.
///
/// Labels and the list of versions live in the store of records, weights in the model directory. A version's files
/// never change once published, so what is loaded never goes stale.
package final class ModelStore: Sendable {
    fileprivate struct Key: Hashable {
        let name: String
        let version: Int
        let weights: WeightPrecision
    }

    fileprivate struct State {
        var loaded: [Key: LoadedModel] = [:]
        /// Least recently used first.
        var order: [Key] = []
        var loading: [Key: Task<LoadedModel, any Error>] = [:]
        /// What is wrong with versions that cannot be used, as far as it is known.
        var damage: [Place: String] = [:]
    }

    fileprivate struct Place: Hashable {
        let name: String
        let version: Int
    }

    private let store: any VersionStore
    private let named: NamedVersions
    private let directory: ModelDirectory
    private let offload: WorkQueue
    /// Reading weights takes long, and must not keep others from looking up a version.
    private let loading: WorkQueue
    private let limits: ServiceLimits
    /// Shared by the predictions of all models. Training has threads of its own: a thread that has lowered its OS
    /// priority cannot raise it again, and prediction goes first.
    private let pool: ComputePool
    private let trimmer: MemoryTrimmer
    /// What loaded networks knew after prompts that they have read; each has its own part of it.
    package let prefixes: PrefixCache
    private let state = Mutex(State())

    /// A store that has nothing loaded.
    ///
    /// - Parameters:
    ///   - offload: for what asks the database.
    ///   - loading: for what reads weights, which takes long.
    ///   - pool: shares the work of large predictions.
    ///   - trimmer: told of versions that are let go of.
    package init(
        store: any VersionStore, directory: ModelDirectory, offload: WorkQueue, loading: WorkQueue,
        limits: ServiceLimits, pool: ComputePool, trimmer: MemoryTrimmer
    ) {
        self.store = store
        named = NamedVersions(store)
        self.directory = directory
        self.offload = offload
        self.loading = loading
        self.limits = limits
        self.pool = pool
        self.trimmer = trimmer
        prefixes = PrefixCache(sizeBytesMax: limits.prefixCacheBytesMax)
    }

    /// The loaded version a reference names now for somebody who sees `scope`, with weights held in `weights`; each
    /// precision is loaded on its own.
    package func model(_ reference: ModelReference, in scope: Scope, weights: WeightPrecision = .float32) async throws
        -> LoadedModel
    {
        var version =
            if let known = named.version(reference, in: scope) {
                known
            } else {
                try await offload.run { [named] in try named.find(reference, in: scope) }
            }
        while true {
            do {
                return try await model(name: reference.name, version: version, weights: weights)
            } catch {
                // As `ModelReference.reading`: it may have been deleted meanwhile.
                let now = try await offload.run { [named] in try named.find(reference, in: scope) }
                guard now != version else {
                    throw ModelReference.damage(error, "\(reference.name)@\(version)")
                }
                version = now
            }
        }
    }

    /// The loaded version a reference names now, if it is in memory. Blocks: asks the database.
    ///
    /// - Throws: as `model`, but for what loading throws.
    package func loadedModel(_ reference: ModelReference, in scope: Scope, weights: WeightPrecision) throws
        -> LoadedModel?
    {
        let version = try named.find(reference, in: scope)
        return loaded(Key(name: reference.name, version: version, weights: weights))
    }

    /// The same where nothing has to be waited for; nil also where the database would have to be asked.
    package func readyModel(_ reference: ModelReference, in scope: Scope, weights: WeightPrecision) -> LoadedModel? {
        named.version(reference, in: scope).flatMap {
            loaded(Key(name: reference.name, version: $0, weights: weights))
        }
    }

    private func loaded(_ key: Key) -> LoadedModel? {
        state.withLock { state in
            guard let model = state.loaded[key] else { return nil }
            state.touch(key)
            return model
        }
    }

    /// A version that is in memory already, or is read now; callers that ask for it meanwhile wait for the same
    /// reading.
    ///
    /// - Throws: `ServiceError` when there is no such version, when its files are damaged, or when it cannot be held in
    ///   these weights.
    package func model(name: String, version: Int, weights: WeightPrecision = .float32) async throws -> LoadedModel {
        let key = Key(name: name, version: version, weights: weights)
        if let found = loaded(key) { return found }
        let task = state.withLock { state in
            if let task = state.loading[key] { return task }
            let task = Task { try await load(key) }
            state.loading[key] = task
            return task
        }
        return try await task.value
    }

    /// Forgets a deleted version, also one that is just being read. Requests that hold it go on.
    package func forget(name: String, version: Int) {
        let freedBytes = state.withLock { state in
            state.damage[Place(name: name, version: version)] = nil
            return WeightPrecision.allCases.reduce(0) { sum, weights in
                let key = Key(name: name, version: version, weights: weights)
                state.loading[key] = nil
                state.order.removeAll { $0 == key }
                return sum + (state.loaded.removeValue(forKey: key)?.sizeBytes ?? 0)
            }
        }
        trimmer.noteFreed(freedBytes)
    }

    /// What is known to be wrong with a version's files; nil: nothing.
    package func damage(of name: String, _ version: Int) -> String? {
        state.withLock { $0.damage[Place(name: name, version: version)] }
    }

    /// Remembers what the start has found.
    package func note(_ comparison: StoreComparison) {
        state.withLock { state in
            for finding in comparison.findings {
                switch finding {
                case .missing(let name, let version):
                    state.damage[Place(name: name, version: version)] = "its files are missing"
                case .different(let name, let version, _):
                    state.damage[Place(name: name, version: version)] = "its files are not those that were published"
                case .marked(let name, let version, let detail):
                    state.damage[Place(name: name, version: version)] = detail
                // It is compared again when it is loaded.
                case .unread, .unknown: break
                }
            }
        }
    }

    /// Versions in memory.
    package var loadedCount: Int { state.withLock { $0.loaded.count } }
    /// Bytes of the versions in memory.
    package var loadedBytes: Int { state.withLock { state in state.loaded.values.reduce(0) { $0 + $1.sizeBytes } } }

    /// Reads a version, and remembers whether it can be.
    private func read(_ key: Key) throws -> StoredModel {
        let place = Place(name: key.name, version: key.version)
        do {
            let digest = try store.version(key.name, key.version).flatMap { VersionInfo(record: $0).weightsSHA256 }
            let stored = try StoredModel.read(directory, name: key.name, version: key.version, sha256: digest)
            state.withLock { $0.damage[place] = nil }
            return stored
        } catch {
            if case .damaged = ServiceError(error) {
                state.withLock { $0.damage[place] = $0.damage[place] ?? "its files are damaged" }
            }
            throw error
        }
    }

    /// Loads a version that a label is about to name, where another of its model is in use: no request waits for it.
    /// What does not read is left to the first that asks. Blocks.
    package func warm(name: String, version: Int) {
        let key = Key(name: name, version: version, weights: .float32)
        let isInUse = state.withLock { state in
            state.loaded[key] == nil && state.loaded.keys.contains { $0.name == name }
        }
        guard isInUse, let model = try? made(key) else { return }
        let droppedBytes = state.withLock { $0.insert(key, model, bytesMax: limits.modelCacheBytesMax) }
        trimmer.noteFreed(model.sizeBytes + droppedBytes)
    }

    private func made(_ key: Key) throws -> LoadedModel {
        let stored = try read(key)
        let document = stored.document
        guard key.weights == .float32 || document.description.network.recurrent != nil else {
            throw ServiceError.invalid(
                "/weights",
                "\(key.weights.rawValue) holds recurrent networks, \(key.name)@\(key.version) is none: leave it out")
        }
        let model: SequenceModel
        do throws(ModelError) {
            model = try SequenceModel(
                description: document.description, tensors: stored.tensors,
                serving: Serving(pool: pool, weights: key.weights), prefixes: prefixes)
        } catch {
            throw ServiceError.damaged("\(key.name)@\(key.version): \(error)")
        }
        return LoadedModel(document: document, model: model, batchRowsMax: limits.batchRowsMax)
    }

    private func load(_ key: Key) async throws -> LoadedModel {
        defer { state.withLock { $0.loading[key] = nil } }
        let model = try await loading.run { try self.made(key) }
        let droppedBytes = state.withLock { state in
            guard state.loading[key] != nil else { return 0 }
            return state.insert(key, model, bytesMax: limits.modelCacheBytesMax)
        }
        // What was read to make the model is as large as the model.
        trimmer.noteFreed(model.sizeBytes + droppedBytes)
        return model
    }
}

extension ModelStore.State {
    fileprivate mutating func touch(_ key: ModelStore.Key) {
        guard order.last != key else { return }
        order.removeAll { $0 == key }
        order.append(key)
    }

    /// Adds a model, and drops the least recently used others until all fit. One that is too large alone is kept alone.
    ///
    /// - Returns: bytes of what was dropped.
    fileprivate mutating func insert(_ key: ModelStore.Key, _ model: LoadedModel, bytesMax: Int) -> Int {
        loaded[key] = model
        touch(key)
        let bytes = loaded.values.reduce(0) { $0 + $1.sizeBytes }
        var droppedBytes = 0
        while bytes - droppedBytes > bytesMax, order.count > 1 {
            droppedBytes += loaded.removeValue(forKey: order.removeFirst())?.sizeBytes ?? 0
        }
        return droppedBytes
    }
}
