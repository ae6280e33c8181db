import JSON
package import Kernels
package import ModelFiles
import RecurrentLayers
package import SequenceModels

/// What a graph says of itself: all that is needed to make its inputs of a sequence, and an answer of its outputs.
///
/// The metadata has `rondo.settings`, as a weights file carries them (task, vocabulary, labels, scaling, facts of a
/// forecast); `rondo.inputs` and `rondo.outputs`, a text for each number that a step reads and answers; `rondo.reading`
/// and `rondo.answer`. The values of the graph have notes of their own.
extension ONNXExport {
    private static let inputsKey = "rondo.inputs"
    private static let outputsKey = "rondo.outputs"
    private static let readingKey = "rondo.reading"
    private static let answerKey = "rondo.answer"

    /// The graph of a model's network, with all that a sequence needs to become its inputs.
    ///
    /// - Throws: `ServiceError.conflict` for a network that is not recurrent, `.invalid` when ONNX's operators lack an
    ///   option of it; an error of encoding, which a valid description does not have.
    package static func graph(_ description: ModelDescription, tensors: [NamedTensor], name: String) throws -> ONNXGraph
    {
        guard let network = description.network.recurrent, let meaning = description.meaning else {
            throw ServiceError.conflict(
                "\(name) is not a recurrent network over one sequence: only those are exported as ONNX; take the "
                    + "weights as safetensors")
        }
        var graph = try graph(settings: network, tensors: tensors, name: name)
        graph.note =
            "A \(description.settings.task.rawValue) trained by Rondo. It reads: \(meaning.reading). Its answer: "
            + "\(meaning.answer). The metadata rondo.* says the rest."
        graph.metadata = [
            (ModelExport.settingsKey, try ModelExport.settings(description).text),
            (inputsKey, JSONValue(meaning.inputs).text), (outputsKey, JSONValue(meaning.outputs).text),
            (readingKey, meaning.reading), (answerKey, meaning.answer),
        ]
        let input = numbered(meaning.inputs, in: inputsKey)
        graph.describe("input", "[T, B, \(meaning.inputs.count)]: T steps of B sequences; of each step \(input)")
        graph.describe("tokens", "[T, B]: \(meaning.inputs.joined())")
        graph.describe("sequence_lengths", "[B]: steps of each sequence; what comes after them is not read")
        let answered =
            network.readout == .everyStep ? "[T, B, \(network.outputs)]: of each step" : "[B, \(network.outputs)]:"
        graph.describe("output", "\(answered) \(numbered(meaning.outputs, in: outputsKey))")
        for layer in 0..<network.layers {
            let what = "of layer \(layer), [\(network.bidirectional ? 2 : 1), B, \(network.hidden)]"
            graph.describe("h0_l\(layer)", "hidden state \(what): zeros, or hn_l\(layer) of the steps before")
            graph.describe("c0_l\(layer)", "cell state \(what): zeros, or cn_l\(layer) of the steps before")
            graph.describe("hn_l\(layer)", "hidden state \(what) after the last step")
            graph.describe("cn_l\(layer)", "cell state \(what) after the last step")
        }
        return graph
    }

    /// A list for people; a long one is in the metadata only.
    private static func numbered(_ texts: [String], in key: String) -> String {
        texts.count > 64
            ? "\(texts.count) numbers, listed in \(key)"
            : texts.enumerated().map { "\($0.offset): \($0.element)" }.joined(separator: "; ")
    }
}
