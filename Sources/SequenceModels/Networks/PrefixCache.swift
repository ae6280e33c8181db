import Synchronization

/// What recurrent networks knew after prompts that they have read: a prompt that begins like one before goes on from
/// there, with the bytes that reading it again would have given.
///
/// A tree for each model. A node is a block of tokens behind those of its parent; all blocks but the last of a prompt
/// have `blockSteps`. It is found by its parent and its tokens themselves, so no two prefixes are taken for each other.
/// A node without a state is only on the way to others. The least recently used nodes go first, and a parent is used
/// whenever one of its children is.
package final class PrefixCache: Sendable {
    /// Tokens of a block.
    static let blockSteps = 32
    /// Prompts as short as that are read faster than they are looked for.
    static let stepsMin = 8
    /// Of longer prompts the beginning is kept.
    static let stepsMax = 8_192

    /// What has been counted so far.
    package struct Counts: Sendable {
        /// Prompts of which at least a beginning was known.
        package var hits = 0
        /// Prompts of which nothing was known.
        package var misses = 0
        /// Tokens that were not read again.
        package var tokens = 0
        /// Bytes held now.
        package var sizeBytes = 0
    }

    fileprivate struct Key: Hashable {
        let parent: UInt64
        let tokens: [Int32]
    }

    fileprivate struct Node {
        let key: Key
        /// Of this node; never given again.
        let id: UInt64
        let lane: UInt64
        var state: [Float]?
        /// Places of those used next before and after it; −1 at the ends.
        var older = -1
        var newer = -1

        /// With its places in the list and the table.
        var sizeBytes: Int {
            PrefixCache.nodeSizeBytes + key.tokens.count * MemoryLayout<Int32>.size
                + (state?.count ?? 0) * MemoryLayout<Float>.size
        }
    }

    fileprivate struct State {
        var places: [Key: Int] = [:]
        var nodes: [Node?] = []
        var free: [Int] = []
        var oldest = -1
        var newest = -1
        var lastID: UInt64 = 0
        var counts = Counts()
    }

    /// Of a node beside its tokens and its state, roughly.
    fileprivate static let nodeSizeBytes = 256

    private let sizeBytesMax: Int
    private let state = Mutex(State())

    /// - Parameter sizeBytesMax: what all nodes may take; 0 keeps nothing.
    package init(sizeBytesMax: Int) { self.sizeBytesMax = sizeBytesMax }

    /// What has been counted so far.
    package var counts: Counts { state.withLock { $0.counts } }

    /// A tree for one model, as long as it is held.
    func lane() -> PrefixLane { PrefixLane(self, id: state.withLock { $0.nextID() }) }

    /// The longest beginning of `tokens` that is known.
    fileprivate func find(_ tokens: [Int32], in lane: UInt64) -> (steps: Int, state: [Float])? {
        guard sizeBytesMax > 0, tokens.count >= Self.stepsMin else { return nil }
        return state.withLock { state in
            var path: [Int] = [], parent = lane, steps = 0
            var found: (steps: Int, state: [Float])?
            for end in Self.ends(tokens.count) {
                guard let place = state.places[Key(parent: parent, tokens: Array(tokens[steps..<end]))],
                    let node = state.nodes[place]
                else { break }
                path.append(place)
                (parent, steps) = (node.id, end)
                if let values = node.state { found = (end, values) }
            }
            state.use(path)
            if let found {
                state.counts.hits += 1
                state.counts.tokens += found.steps
            } else {
                state.counts.misses += 1
            }
            return found
        }
    }

    /// Keeps what is known after the first `steps` tokens.
    fileprivate func keep(_ values: [Float], after steps: Int, of tokens: [Int32], in lane: UInt64) {
        guard sizeBytesMax > 0, steps >= Self.stepsMin, steps <= Self.stepsMax else { return }
        state.withLock { state in
            var path: [Int] = [], parent = lane, begin = 0
            for end in Self.ends(steps) {
                let key = Key(parent: parent, tokens: Array(tokens[begin..<end]))
                let place = state.places[key] ?? state.add(key, lane)
                path.append(place)
                (parent, begin) = (state.nodes[place]?.id ?? 0, end)
            }
            if let last = path.last { state.set(values, at: last) }
            state.use(path)
            while state.counts.sizeBytes > sizeBytesMax, state.oldest >= 0 { state.remove(state.oldest) }
        }
    }

    fileprivate func remove(lane: UInt64) {
        state.withLock { state in
            for place in state.nodes.indices where state.nodes[place]?.lane == lane { state.remove(place) }
        }
    }

    /// Where the blocks of so many tokens end.
    private static func ends(_ steps: Int) -> [Int] {
        let last = min(steps, stepsMax)
        return Array(stride(from: blockSteps, to: last, by: blockSteps)) + [last]
    }
}

/// The part of a cache that belongs to one loaded model.
final class PrefixLane: Sendable {
    private let cache: PrefixCache
    private let id: UInt64

    fileprivate init(_ cache: PrefixCache, id: UInt64) {
        self.cache = cache
        self.id = id
    }

    deinit { cache.remove(lane: id) }

    /// The state after the longest beginning of `tokens` that is known.
    func find(_ tokens: [Int32]) -> (steps: Int, state: [Float])? { cache.find(tokens, in: id) }

    /// Keeps the state after the first `steps` of `tokens`, at the end of a block or of all.
    func keep(_ state: [Float], after steps: Int, of tokens: [Int32]) {
        cache.keep(state, after: steps, of: tokens, in: id)
    }
}

extension PrefixCache.State {
    fileprivate mutating func nextID() -> UInt64 {
        lastID += 1
        return lastID
    }

    /// A new node, the newest.
    fileprivate mutating func add(_ key: PrefixCache.Key, _ lane: UInt64) -> Int {
        let node = PrefixCache.Node(key: key, id: nextID(), lane: lane)
        let place = free.popLast() ?? nodes.count
        if place == nodes.count { nodes.append(node) } else { nodes[place] = node }
        places[key] = place
        counts.sizeBytes += node.sizeBytes
        link(place)
        return place
    }

    fileprivate mutating func set(_ values: [Float], at place: Int) {
        counts.sizeBytes -= nodes[place]?.sizeBytes ?? 0
        nodes[place]?.state = values
        counts.sizeBytes += nodes[place]?.sizeBytes ?? 0
    }

    /// Parents last, so that they stay longer than their children.
    fileprivate mutating func use(_ path: [Int]) {
        for place in path.reversed() where newest != place {
            unlink(place)
            link(place)
        }
    }

    fileprivate mutating func remove(_ place: Int) {
        guard let node = nodes[place] else { return }
        unlink(place)
        counts.sizeBytes -= node.sizeBytes
        places[node.key] = nil
        nodes[place] = nil
        free.append(place)
    }

    private mutating func link(_ place: Int) {
        nodes[place]?.older = newest
        nodes[place]?.newer = -1
        if newest >= 0 { nodes[newest]?.newer = place } else { oldest = place }
        newest = place
    }

    private mutating func unlink(_ place: Int) {
        guard let node = nodes[place] else { return }
        if node.older >= 0 { nodes[node.older]?.newer = node.newer } else { oldest = node.newer }
        if node.newer >= 0 { nodes[node.newer]?.older = node.older } else { newest = node.older }
    }
}
