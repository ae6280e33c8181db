extension ForecastStream {
    /// What a session's step reads in place of a history.
    struct Session: Sendable {
        let reading: SeriesReading
        var watch: SeriesWatch
        /// The values that are held, in the model's space, NaN missing: paths stay within sight of them.
        let values: [Double]
        /// What the network knows when all is read.
        var known: MemoryState?
        /// `[step · C]`: the means so far, data units.
        var written: [Double] = []

        init(reading: SeriesReading, watch: SeriesWatch, values: [Double]) {
            self.reading = reading
            self.watch = watch
            self.values = values
        }

        /// Bytes that it holds.
        var sizeBytes: Int { reading.sizeBytes + watch.sizeBytes + values.count * MemoryLayout<Double>.size }
    }

    /// What is new of a session, and how surprising it was.
    func readSession() -> [any PredictionEvent] {
        guard var session else { return [] }
        let reading = session.reading
        var watch = session.watch
        reading.read(into: memory, rows: rows) { watch.add($0, $1) }
        (session.watch, session.known) = (watch, memory.first)
        kept = session.known.map { reading.kept($0, watch.recent) }
        self.session = session
        begin()
        return session.watch.isEmpty ? [] : [WatchedSteps(names: subject.names, watch: session.watch)]
    }

    /// What was forecast becomes the session's history.
    func advance() {
        guard let session, let known = session.known, let advanced = session.reading.advanced else { return }
        kept = advanced(session.written, known, session.watch.recent)
    }
}
