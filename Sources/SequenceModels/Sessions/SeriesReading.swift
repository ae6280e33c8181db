/// What a session of a forecaster reads in one step, as rows of its network.
struct SeriesReading: Sendable {
    /// Rows that follow each other.
    struct Part: Sendable {
        /// What the network knows before them; nil: nothing.
        var memory: MemoryState?
        /// They follow those of the part before.
        var goesOn = false
        /// `[rows, I]`.
        var rows: [Float] = []
        /// What the last of these rows are followed by, one a row.
        var watched: [Watched] = []
    }

    /// A step whose value is known, as the network's outputs for it are to be judged.
    struct Watched: Sendable {
        /// `[C]` in the model's space: what the outputs are distances from, their unit, and the value, NaN missing.
        var base: [Double]
        var unit: [Double]
        var value: [Double]

        /// Step t of a path.
        init(_ path: SeriesPath, _ t: Int) {
            base = (0..<path.channels).map { path.base(t, $0) }
            unit = path.scale.scale
            value = (0..<path.channels).map { path.value(t, $0) }
        }
    }

    var parts: [Part]
    /// I.
    let width: Int
    /// Behind all that was read.
    let path: SeriesPath
    /// Where the session stands then, of what the network knows and how surprising values were.
    let kept: @Sendable (MemoryState, [RecentSurprise]) -> StreamState
    /// Where it stands when values `[steps · C]`, data units, have followed what the network knew then; nil where they
    /// do not become history.
    var advanced: (@Sendable ([Double], MemoryState, [RecentSurprise]) -> StreamState?)?

    init(
        parts: [Part], width: Int, path: SeriesPath,
        kept: @escaping @Sendable (MemoryState, [RecentSurprise]) -> StreamState
    ) {
        self.parts = parts
        self.width = width
        self.path = path
        self.kept = kept
    }

    /// Bytes that it holds.
    var sizeBytes: Int {
        parts.reduce(path.sizeBytes(steps: path.z.count / max(1, path.channels))) { sum, part in
            sum + part.rows.count * MemoryLayout<Float>.size + (part.memory?.sizeBytes ?? 0)
                + part.watched.count * (96 + 24 * path.channels)
        }
    }

    /// Reads all of it into the rows of a memory.
    /// - Parameter scoring: sees the outputs `[C · P]` for each step whose value is known, in their order.
    func read<Memory: StreamMemory>(
        into memory: Memory, rows: Int, scoring: @escaping (Watched, UnsafePointer<Float>) -> Void
    ) {
        for part in parts {
            if !part.goesOn, let known = part.memory { memory.restore(known.repeated(rows)) }
            let count = part.rows.count / width
            guard count > 0 else { continue }
            let sequence = EncodedSequence.numbers(part.rows, width: width), first = count - part.watched.count
            let each: ((Int, UnsafeBufferPointer<Float>) -> Void)? =
                part.watched.isEmpty
                ? nil
                : { step, outputs in
                    guard step >= first, let base = outputs.baseAddress else { return }
                    scoring(part.watched[step - first], base)
                }
            if part.goesOn || part.memory != nil {
                memory.readOn(sequence, each: each)
            } else {
                memory.read(sequence, each: each)
            }
        }
    }
}
