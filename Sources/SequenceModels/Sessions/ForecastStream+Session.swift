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
}
