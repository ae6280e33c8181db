import ArgumentParser
import CommandData
import JSON
import Tables

/// A file and what should be learned from it: what `rondo train` and `rondo validate` take.
struct TrainingInput: ParsableArguments {
    @Argument(
        help: "Training data; - is standard input.",
        completion: .file(extensions: ["csv", "tsv", "ndjson", "jsonl", "json", "txt"]))
    var file: String?

    @Option(help: "Name of the model (default: from the request, or from the name of the file).")
    var model: String?

    @OptionGroup var table: TableOptions

    @Option(
        help:
            """
            forecast, language_model, classification, regression, tagging, sequence_to_sequence or pointer (default: \
            from the data, but for the last two).
            """, completion: .list(NextStep.taskNames)
    )
    var task: String?

    @Option(name: .customLong("set"), help: "Any member of the request, as in training.epochs=5 or network.hidden=64.")
    var assignments: [String] = []

    @Option(
        help:
            "From one step to the next: 15min, h, D, B (business days), W-MON, MS, QS, YS (default: from the times).",
        completion: .list(["min", "15min", "30min", "h", "D", "B", "W-MON", "W-SUN", "MS", "ME", "QS", "YS"]))
    var frequency: String?

    @Option(
        help: "The time zone of times without an offset, as in Europe/Berlin.",
        completion: .shellCommand("awk '!/^#/ { print $3 }' /usr/share/zoneinfo/zone1970.tab"))
    var zone: String?

    /// What is said of the times, as members of the request; `--set` may say otherwise.
    private func sayTimes(in request: inout JSONObject) {
        guard frequency != nil || zone != nil else { return }
        var forecast = request["forecast"]?.object ?? JSONObject()
        if let frequency { forecast["frequency"] = .string(frequency) }
        if let zone { forecast["zone"] = .string(zone) }
        request["forecast"] = .object(forecast)
    }

    /// The request, and where its sequences are in the file.
    ///
    /// - Parameter tell: gets sentences about what was chosen of the file.
    func request(_ tell: (String) -> Void) throws -> (body: [UInt8], places: FilePlaces?) {
        guard let file else { throw InputError(description: "no file of training data is named") }
        var input = try table.input(), said = JSONObject()
        sayTimes(in: &said)
        for assignment in assignments { try Assignment.apply(assignment, to: &said) }
        input.frequency = said["forecast"]?["frequency"]?.asString
        input.task = task ?? said["task"]?.asString
        let data = try TableQuestion.ending { try TrainingFile(path: file, input) }
        if let account = data.account { tell(account) }
        var request = data.request
        if let roles = data.roles { request["roles"] = roles.json }
        if let model { request["model"] = .string(model) }
        if let task { request["task"] = .string(task) }
        sayTimes(in: &request)
        for assignment in assignments { try Assignment.apply(assignment, to: &request) }
        if request["model"] == nil {
            guard let name = FileTitle.modelName(path: file) else {
                throw InputError(description: "no model can have the name of \(file): name one with --model")
            }
            request["model"] = .string(name)
            tell("model \(name), as the file; --model NAME takes another name")
        }
        // Bytes alone: a large table is not to stay in memory as a tree, too.
        return (JSONValue.object(request).bytes, data.places)
    }
}
