import CCrashPoint
import JSON
import Logging
import ModelFiles
import SequenceService
import Store
import System

/// Opens a data directory, accepts a job, trains it and publishes its version, and is killed at the n-th call that
/// changes a file: `crash-child DIRECTORY N REQUEST`. What it writes to standard output is what a client was told.
@main
struct CrashChild {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let crashAt = Int(arguments[2]) else { exit(EXIT_FAILURE) }
        rondo_crash_at(crashAt)
        var configuration = ServiceConfiguration(
            dataDirectory: arguments[1], trainingThreads: 1, trainingNiceness: 0, predictionThreads: 2)
        configuration.limits.modelCacheBytesMax = 0
        let service = try Service(
            configuration: configuration, logger: Logger(label: "crash") { _ in SwiftLogNoOpLogHandler() },
            onFatal: { _ in exit(EXIT_FAILURE) })
        let request = try TrainBody.read(JSONParser.parse(arguments[3]), limits: configuration.limits)
        let job = try service.jobs.submit(
            request, digest: SHA256.hex(Array(arguments[3].utf8)), key: IdempotencyKey("key"), in: .all
        ).record
        tell("accepted \(job.id)\n")
        service.start()
        while try service.store.job(job.id)?.status.isFinal == false { try await Task.sleep(for: .milliseconds(2)) }
        tell("finished\n")
        await service.stop()
        tell("calls \(rondo_crash_calls())\n")
    }

    /// At once, whatever happens next.
    private static func tell(_ text: String) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
    }
}
