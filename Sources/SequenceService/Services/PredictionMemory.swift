import SequenceModels

/// Counts what the predictions of one request will hold, before anything of them is computed.
struct PredictionMemory {
    /// Fixed parts of a prediction: its objects, its places in queues.
    private static let fixedSizeBytes = 1024

    private let limits: ServiceLimits
    private let isStream: Bool
    private let lease: MemoryLease
    private var sizeBytes = 0

    /// - Parameters:
    ///   - isStream: events wait for their reader.
    ///   - lease: what is counted is taken from the budget of all requests, too.
    init(limits: ServiceLimits, isStream: Bool, lease: MemoryLease) {
        self.limits = limits
        self.isStream = isStream
        self.lease = lease
    }

    /// - Returns: false if the request would hold more than one may.
    /// - Throws: `ServiceError.busy` while others hold too much.
    mutating func add(_ stream: any PredictionStream, rowSizeBytes: Int) throws(ServiceError) -> Bool {
        let events =
            isStream ? limits.streamEventsMax.multipliedReportingOverflow(by: stream.eventSizeBytes) : (0, false)
        var parts = [
            stream.rows.multipliedReportingOverflow(by: rowSizeBytes), (stream.extraSizeBytes, false), events,
            (Self.fixedSizeBytes, false),
        ]
        parts.append((sizeBytes, false))
        var sum = 0
        for (part, overflows) in parts {
            let (next, sumOverflows) = sum.addingReportingOverflow(part)
            guard !overflows, !sumOverflows else { return false }
            sum = next
        }
        guard sum <= limits.predictMemoryBytesMax else { return false }
        try lease.take(sum - sizeBytes)
        sizeBytes = sum
        return true
    }

    var refusal: String {
        "states, sample paths and answers would need more than \(limits.predictMemoryBytesMax) bytes: ask for fewer "
            + "sequences, a shorter horizon or fewer tokens, fewer samples, or a smaller beam_width"
    }
}
