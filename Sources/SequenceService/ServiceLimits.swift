package import Store
package import System

/// Every limit of the service above HTTP, with its unit in the name. All are configuration keys.
package struct ServiceLimits: Sendable, Equatable {
    /// Body of `POST /train`.
    package var trainBodySizeBytesMax = 64 << 20
    /// Body of `POST /predict`.
    package var predictBodySizeBytesMax = 16 << 20
    /// Body of `PUT /models/{name}/versions`: a weights file.
    package var importBodySizeBytesMax = 512 << 20
    /// Imports under way, each with its file in memory; one more is answered 503.
    package var activeImportsMax = 2
    /// What all requests of the process hold at once: bodies, the values read from them, predictions and answers. A
    /// request beyond it is answered 503; one client may have half.
    package var requestMemoryBytesMax: Int
    /// JSON text of the `metadata` of a training or an import; more is refused with 422.
    package var metadataSizeBytesMax = 16 << 10
    /// Labels of one model; beyond: 409. Also the labels of one request, there 422.
    package var labelsPerModelMax = 1_000
    /// Versions of one model, those of its unfinished jobs included; beyond: 409.
    package var versionsPerModelMax = 1_000
    /// Body of every other request.
    package var otherBodySizeBytesMax = 1 << 20
    /// Jobs that wait; one more is answered 503.
    package var queueLengthMax = 1_000
    /// Ends of the process under a running job, without a new checkpoint in between, after which the job is set aside
    /// as failed. A graceful stop does not count. One end may be the machine's; two at the same place are most likely
    /// the job's own doing, and a third would take the service away from everybody else once more.
    package var attemptsMax = 2
    /// Estimated memory of one training job; more is refused with 422.
    package var trainingMemoryBytesMax: Int
    /// Estimated duration of one training job, or its `max_seconds` where that is less; more is refused with 422.
    package var trainingSecondsMax = 30.0 * 86_400
    /// Sequences in one prediction request.
    package var predictSequencesMax = 1_024
    /// States, sample paths and answers of all sequences of one prediction request; more is refused with 422.
    package var predictMemoryBytesMax: Int
    /// Predictions under way in the process; one more is answered 503.
    package var activePredictionsMax = 4_096
    /// Rows (sample paths, texts) in one step of a batch.
    package var batchRowsMax = 256
    /// Events that wait for one reader before its stream stops being computed.
    package var streamEventsMax = 64
    /// Weights kept in memory; the least recently used model goes first.
    package var modelCacheBytesMax: Int
    /// States of recurrent language models after prompts; the least recently used go first. 0 keeps none.
    package var prefixCacheBytesMax: Int
    /// Sessions: how many, how long.
    package var sessions: SessionLimits
    /// How long the rows and files of jobs are kept.
    package var retention = Retention()
    /// Rows of one page of `GET /jobs`.
    package var pageRowsMax = 1_000
    /// Quiet seconds after which an event stream says that it still lives.
    package var heartbeatSeconds = 15.0

    /// Every limit at its default.
    ///
    /// - Parameter memoryBytes: what the process may use; nil if that is not known.
    package init(memoryBytes: Int? = MachineShare.current.memory?.value) {
        requestMemoryBytesMax = MemoryShare.bytes(1.0 / 3, of: memoryBytes, atMost: 4 << 30)
        trainingMemoryBytesMax = MemoryShare.bytes(2.0 / 5, of: memoryBytes, atMost: 4 << 30)
        predictMemoryBytesMax = MemoryShare.bytes(1.0 / 8, of: memoryBytes, atMost: 512 << 20)
        modelCacheBytesMax = MemoryShare.bytes(1.0 / 8, of: memoryBytes, atMost: 1 << 30)
        prefixCacheBytesMax = MemoryShare.bytes(1.0 / 64, of: memoryBytes, atMost: 64 << 20)
        sessions = SessionLimits(memoryBytes: memoryBytes)
    }

    /// What all that is bounded may take together. One prediction's memory is of the requests' budget.
    private var memoryBytesMax: Int {
        let parts = [
            requestMemoryBytesMax, trainingMemoryBytesMax, modelCacheBytesMax, prefixCacheBytesMax,
            sessions.cacheBytesMax,
        ]
        return parts.reduce(0) { $0.addingReportingOverflow($1).overflow ? .max : $0 + $1 }
    }

    /// Why the process might be killed for its memory although it keeps to these limits, in words; nil: it should not.
    ///
    /// - Parameter memory: what the process may use, and what says so.
    package func memoryDoubt(_ memory: ControlGroups.Limit?) -> String? {
        guard let memory, memoryBytesMax > memory.value else { return nil }
        return "the limits of memory add up to \(memoryBytesMax) bytes, of which the process may use \(memory.value) "
            + "(\(memory.source)): lower training_memory_bytes_max, request_memory_bytes_max, model_cache_bytes_max, "
            + "prefix_cache_bytes_max or session_cache_bytes_max, or it may be killed"
    }
}
