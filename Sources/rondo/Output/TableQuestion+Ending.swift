import ArgumentParser
import CommandData

extension TableQuestion {
    /// The exit code of a command that ends with a question.
    static let exitCode: Int32 = 2

    /// Runs a call; a question is written to standard error and ends the command.
    static func ending<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let question as TableQuestion {
            StandardError.write("question: \(question)\n")
            throw ExitCode(exitCode)
        }
    }
}
