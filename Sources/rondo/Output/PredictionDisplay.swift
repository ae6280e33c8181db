import JSON

/// Writes predictions: the server's JSON, or a text, a table of steps, a table of labels.
final class PredictionDisplay {
    private let isJSON: Bool
    private var isInText = false

    init(isJSON: Bool) { self.isJSON = isJSON }

    func show(answer: JSONValue) {
        if isJSON { return StandardOutput.write(answer.text + "\n") }
        let predictions = answer["predictions"]?.elements ?? []
        for (index, prediction) in predictions.enumerated() {
            if predictions.count > 1 { StandardOutput.write("# sequence \(index)\n") }
            show(prediction)
        }
    }

    private func show(_ prediction: JSONValue) {
        if let text = prediction["text"]?.asString { return StandardOutput.write(text + "\n") }
        if prediction["label"] != nil { return label(prediction) }
        if SequenceDisplay.show(prediction) || answer(prediction) { return }
        let mean = prediction["mean"]?.elements ?? []
        let levels = prediction["quantiles"]?.object?.members ?? []
        StandardOutput.write((["step", "mean"] + levels.map { "q" + $0.key }).joined(separator: "\t") + "\n")
        for (step, value) in mean.enumerated() {
            row(step + 1, value, levels.map { $0.value[step] ?? .null })
        }
    }

    /// - Returns: whether more events are wanted.
    func show(event: JSONValue) throws -> Bool {
        if let error = event["error"] {
            throw ClientError(description: error["detail"]?.asString ?? "the prediction failed")
        }
        if isJSON {
            StandardOutput.write(event.text + "\n")
        } else if event["done"] != nil {
            if event["reason"]?.asString == "cancelled" {
                throw ClientError(description: "the server stopped before the end")
            }
        } else if let text = event["text"]?.asString {
            isInText = true
            StandardOutput.write(text)
        } else if let word = event["token"]?.asString ?? event["position"]?.text {
            StandardOutput.write((isInText ? " " : "") + word)
            isInText = true
        } else if event["label"] != nil {
            label(event)
        } else if answer(event) {
            return true
        } else {
            row(
                event["step"]?.asInt ?? 0, event["mean"] ?? .null,
                event["quantiles"]?.object?.members.map(\.value) ?? [])
        }
        if event["done"] != nil, isInText { StandardOutput.write("\n") }
        return event["done"] == nil
    }

    private func label(_ prediction: JSONValue) {
        StandardOutput.write((prediction["label"]?.asString ?? "") + "\n")
        for member in prediction["probabilities"]?.object?.members ?? [] {
            StandardOutput.write("  \(member.value.text)\t\(member.key)\n")
        }
    }

    /// A value, a table of labels by step, or a table of tokens and their log-probabilities.
    /// - Returns: whether it was one of them.
    private func answer(_ prediction: JSONValue) -> Bool {
        if let value = prediction["value"] {
            StandardOutput.write(value.text + "\n")
        } else if let labels = prediction["labels"]?.elements {
            let probabilities = prediction["probabilities"]?.elements ?? []
            for (label, probability) in zip(labels, probabilities) {
                StandardOutput.write("\(label.asString ?? "")\t\(probability.text)\n")
            }
        } else if let perplexity = prediction["perplexity"] {
            let logprobs = prediction["logprobs"]?.elements ?? []
            for (token, logprob) in zip(prediction["tokens"]?.elements ?? [], logprobs) {
                StandardOutput.write("\(token.text)\t\(logprob.text)\n")
            }
            StandardOutput.write("perplexity\t\(perplexity.text)\n")
        } else {
            return false
        }
        return true
    }

    private func row(_ step: Int, _ mean: JSONValue, _ quantiles: [JSONValue]) {
        StandardOutput.write(([String(step), mean.text] + quantiles.map(\.text)).joined(separator: "\t") + "\n")
    }
}
