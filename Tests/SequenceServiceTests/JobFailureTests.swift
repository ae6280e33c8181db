import JSON
import Logging
import SequenceModels
import SequenceService
import Store
import System
import Testing

/// What a failed job says about why.
@Suite struct JobFailureTests {
    private func error(_ error: any Error) -> JSONValue {
        let job = JobRecord(id: "job_x", model: "m", task: "forecast", createdAtMs: 1, settings: "{}", data: "d")
        return JobFailure.json(error, job: job, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test func whatIsForClientsIsSaid() {
        let failure = error(TrainingFailure(message: "the loss is not finite"))
        #expect(failure["detail"]?.asString == "the loss is not finite")
        let faults = error(Faults(list: [Fault(pointer: "/sequences/0", detail: "too short")]))
        #expect(faults["errors"]?[0]?["pointer"]?.asString == "/sequences/0")
    }

    @Test func whatIsNotForClientsIsNotSaid() {
        let text = error(StoreError.file(.io(operation: "write", path: "/secret/place", errno: EIO))).text
        #expect(!text.contains("secret") && !text.contains("errno"))
        #expect(text.contains("the disk of the data directory failed; the server's log has the cause"))
        #expect(error(CancellationError()).text.contains("an internal error"))
    }
}
