/// What a prediction stream remembers between two steps, as bytes: another stream of the same model, on any machine,
/// goes on from it with the bytes that the first one would have given.
///
///     "RSS2" · kind · what the stream of the task remembers · what its rows know of the steps before · checksum
///
/// Everything is little-endian; numbers keep all their bits. Of a recurrent network the rows know their h and c, of a
/// Transformer the inputs in its context, which are read again. Options such as seed, temperature and quantiles are not
/// in it: the request that goes on says them again. A value, so a copy is as good.
package struct StreamState: Sendable, Equatable {
    /// As they may be stored; whoever hands them in need not trust them, for `SequenceModel.start` checks them.
    package let bytes: [UInt8]
    /// What they say, where they were written in this process: the same model takes it without reading them. Nil of
    /// bytes from elsewhere.
    private(set) var live: (any LivePlace)?

    /// Bytes from anywhere.
    package init(bytes: [UInt8]) { self.bytes = bytes }

    /// Bytes that it holds; what is live takes about as many again.
    package var sizeBytes: Int { live == nil ? bytes.count : 2 * bytes.count }

    /// The same bytes are the same state.
    package static func == (left: StreamState, right: StreamState) -> Bool { left.bytes == right.bytes }

    /// With what its bytes say.
    func with(live: any LivePlace) -> StreamState {
        var state = self
        state.live = live
        return state
    }

    /// Whose stream it is.
    enum Kind: UInt8 {
        case text = 1
        case forecast = 2
        /// Where a session of a language model stands.
        case prompt = 3
        /// Of a classifier, a tagger or a regression.
        case sequence = 4
        /// Of a forecaster.
        case series = 5
    }

    static let magic = Array("RSS2".utf8)

    /// 64-bit FNV-1a: finds damage, but whoever means harm can compute it, too.
    static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.withUnsafeBytes { bytes in
            var sum: UInt64 = 0xCBF2_9CE4_8422_2325
            for byte in bytes { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01B3 }
            return sum
        }
    }

    /// - Parameters:
    ///   - sizeBytes: about so many follow the kind.
    ///   - body: writes them.
    init(_ kind: Kind, sizeBytes: Int = 0, _ body: (inout StateWriter) -> Void) {
        var writer = StateWriter()
        writer.bytes.reserveCapacity(sizeBytes + 128)
        writer.bytes += Self.magic
        writer.bytes.append(kind.rawValue)
        body(&writer)
        writer.whole(Self.checksum(writer.bytes[...]))
        bytes = writer.bytes
    }

    /// What follows the kind.
    /// - Throws: when the bytes are damaged, or not a state of such a stream.
    func reader(_ kind: Kind) throws(StreamStateError) -> StateReader { try reader(of: [kind]) }

    /// The same of one of several kinds.
    func reader(of kinds: Set<Kind>) throws(StreamStateError) -> StateReader {
        let size = MemoryLayout<UInt64>.size
        guard bytes.starts(with: Self.magic) else { throw .notAState }
        guard bytes.count > Self.magic.count + size else { throw .truncated }
        var end = StateReader(bytes[(bytes.count - size)...])
        guard try end.whole(UInt64.self) == Self.checksum(bytes.dropLast(size)) else { throw .damaged }
        guard let kind = Kind(rawValue: bytes[Self.magic.count]), kinds.contains(kind) else {
            throw .foreign("it is of another task")
        }
        return StateReader(bytes[(Self.magic.count + 1)..<(bytes.count - size)])
    }
}

/// Where a session stands, as values of its model.
protocol LivePlace: Sendable {
    /// Steps that the session has read.
    var steps: Int { get }
    /// What tells its network from others, as `SequenceNetwork.writeMemoryHead` writes it.
    var head: [UInt8] { get }
}

extension SequenceNetwork {
    /// What tells this network from others in a state of one row.
    func memoryHead(context: Int) -> [UInt8] {
        var writer = StateWriter()
        writeMemoryHead(rows: 1, context: context, to: &writer)
        return writer.bytes
    }
}

/// Why the state of a stream is refused.
package enum StreamStateError: Error, Equatable, CustomStringConvertible {
    case notAState
    case truncated
    /// Its checksum does not match.
    case damaged
    /// Bytes follow where nothing should.
    case tooLong
    /// It is sound, but not of this model or request.
    case foreign(String)
    /// A number that no stream has.
    case invalid(String)

    package var description: String {
        switch self {
        case .notAState: "this is not the state of a stream"
        case .truncated: "the state is cut off"
        case .damaged: "the state is damaged: its checksum does not match"
        case .tooLong: "the state is longer than what it says"
        case .foreign(let reason): "the state does not belong here: \(reason)"
        case .invalid(let what): "the state is damaged: \(what)"
        }
    }
}
