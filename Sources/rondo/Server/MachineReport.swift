import Logging
import SequenceService
import System

/// What the server found of the machine, in its log.
enum MachineReport {
    /// Says what the process may use and what says so, and warns where the limits are beyond it.
    static func write(_ settings: ServerSettings, to logger: Logger) {
        let share = MachineShare.current
        var facts: Logger.Metadata = [
            "processors": .number(share.processors.value), "processors_by": "\(share.processors.source)",
            "training_threads": .number(settings.trainingThreads),
            "prediction_threads": .number(settings.predictionThreads),
        ]
        if let memory = share.memory {
            facts["memory_bytes"] = .number(memory.value)
            facts["memory_by"] = "\(memory.source)"
            facts["training_memory_bytes_max"] = .number(settings.service.trainingMemoryBytesMax)
        }
        logger.info("what the process may use", metadata: facts)
        if let doubt = settings.service.memoryDoubt(share.memory) { logger.warning("\(doubt)") }
    }
}
