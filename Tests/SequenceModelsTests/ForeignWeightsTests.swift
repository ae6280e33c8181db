import Kernels
import RecurrentLayers
import SequenceModels
import Testing

/// Weights as other programs save them: without biases, projected, with tensors beside that are none of the network's,
/// and with vocabularies that were made for other tokenizers.
@Suite struct ForeignWeightsTests {
    private func tensor(_ name: String, _ shape: [Int]) -> NamedTensor {
        let random = CounterRandom(seed: 3, stream: UInt64(name.utf8.reduce(0) { $0 &* 31 &+ Int($1) } & 0xFFFF))
        return NamedTensor(
            name: name, shape: shape, values: (0..<shape.reduce(1, *)).map { Float(random.uniform(UInt64($0)) - 0.5) })
    }

    private func zeros(_ name: String, _ shape: [Int]) -> NamedTensor {
        NamedTensor(name: name, shape: shape, values: [Float](repeating: 0, count: shape.reduce(1, *)))
    }

    /// Two layers of H = 5 over I = 2 inputs and two directions, three labels.
    private func weights(gates: Int, projection: Int? = nil) -> [NamedTensor] {
        let state = projection ?? 5
        return ["l0", "l0_reverse", "l1", "l1_reverse"].flatMap { place in
            [
                tensor("lstm.weight_ih_\(place)", [gates * 5, place.hasPrefix("l0") ? 2 : 2 * state]),
                tensor("lstm.weight_hh_\(place)", [gates * 5, state]),
            ] + (projection.map { [tensor("lstm.weight_hr_\(place)", [$0, 5])] } ?? [])
        } + [tensor("fc.weight", [3, 2 * state])]
    }

    private func biases(gates: Int) -> [NamedTensor] {
        ["l0", "l0_reverse", "l1", "l1_reverse"].flatMap {
            [zeros("lstm.bias_ih_\($0)", [gates * 5]), zeros("lstm.bias_hh_\($0)", [gates * 5])]
        }
    }

    private var labelled: ImportRequest {
        var request = ImportRequest(task: .classification)
        request.labels = ["a", "b", "c"]
        return request
    }

    private func model(_ request: ImportRequest, _ tensors: [NamedTensor]) throws -> [NamedTensor] {
        try ModelImport.model(request, tensors: tensors).tensors
    }

    /// PyTorch's `bias=False` of the recurrent layers, of the head, and of both.
    @Test(arguments: [1, 3, 4]) func missingBiasesAreZero(gates: Int) throws {
        let all = weights(gates: gates) + biases(gates: gates) + [zeros("fc.bias", [3])]
        let expected = try model(labelled, all)
        #expect(try model(labelled, weights(gates: gates)) == expected)
        #expect(try model(labelled, weights(gates: gates) + biases(gates: gates)) == expected)
        #expect(try model(labelled, weights(gates: gates) + [zeros("fc.bias", [3])]) == expected)
        // Some that are missing were lost.
        let some = weights(gates: gates) + biases(gates: gates).prefix(2)
        #expect(try pointers { _ = try model(labelled, some) }.first == "/tensors/rnn.bias_ih_l0_reverse")
        let headless = Array(all.dropLast().filter { $0.name != "fc.weight" })
        #expect(try pointers { _ = try model(labelled, headless) } == ["/tensors/head.weight", "/tensors/head.bias"])
    }

    /// The number of outputs of a regression is that of the rows of its head.
    @Test func aRegressionWithoutBias() throws {
        let model = try ModelImport.model(ImportRequest(task: .regression), tensors: weights(gates: 4))
        #expect(model.description.targetScaling?.mean.count == 3)
        let empty = weights(gates: 4).dropLast() + [NamedTensor(name: "fc.weight", shape: [1 << 40, 0], values: [])]
        #expect(
            try pointers { _ = try ModelImport.model(ImportRequest(task: .regression), tensors: Array(empty)) }
                == ["/tensors/head.bias"])
    }

    /// H and P are read from the shapes of PyTorch's `proj_size`.
    @Test func projectionsAreSeen() throws {
        let found = try ModelImport.model(labelled, tensors: weights(gates: 4, projection: 3))
        let network = try #require(found.description.network.recurrent)
        #expect(network.hidden == 5 && network.projection == 3 && network.layers == 2 && network.bidirectional)
        #expect(
            found.tensors.filter { $0.name.contains("weight_hr") }.map(\.shape) == Array(repeating: [3, 5], count: 4))
        var request = labelled
        request.network.projection = 2
        #expect(try pointers { _ = try model(request, weights(gates: 4, projection: 3)) }.isEmpty == false)
        let gated = try pointers { _ = try model(labelled, weights(gates: 3, projection: 3)) }
        #expect(gated == ["/network/projection"])
        for shape in [[0, 1 << 62], [1 << 62, 0], [3, 4]] {
            var tensors = weights(gates: 4, projection: 3)
            tensors[2] = zeros("lstm.weight_hr_l0", shape)
            #expect(try pointers { _ = try model(labelled, tensors) }.isEmpty == false)
        }
    }

    /// Counters and flags are left out by name, or named.
    @Test func otherTensorsAreLeftOut() throws {
        var request = labelled
        let unread = [UnreadTensor(name: "bn.num_batches_tracked", type: "I64", readTypes: "F32")]
        do throws(Faults) {
            _ = try ModelImport.model(request, tensors: weights(gates: 4), unread: unread)
            Issue.record("accepted")
        } catch {
            #expect(error.list.map(\.pointer) == ["/tensors/bn.num_batches_tracked"])
            #expect(
                error.description.contains("its type is I64")
                    && error.description.contains(#"{"names": {"bn.num_batches_tracked": null}}"#))
        }
        request.names = ["bn.num_batches_tracked": nil]
        #expect(
            try ModelImport.model(request, tensors: weights(gates: 4), unread: unread).tensors
                == model(labelled, weights(gates: 4)))
        request.names = ["bn.num_batches_tracked": "head.bias"]
        #expect(
            try pointers { _ = try ModelImport.model(request, tensors: weights(gates: 4), unread: unread) }
                == ["/tensors/bn.num_batches_tracked"])
    }

    // MARK: Vocabularies

    private func faults(_ tokens: [String], _ change: (inout ImportRequest) -> Void) throws -> [Fault] {
        var request = ImportRequest(task: .classification)
        (request.labels, request.vocabulary) = (["a", "b", "c"], tokens)
        change(&request)
        var tensors = weights(gates: 4)
        tensors.append(tensor("emb.weight", [tokens.count, 2]))
        do throws(Faults) {
            _ = try ModelImport.model(request, tensors: tensors)
            return []
        } catch { return error.list }
    }

    @Test func wordsThatNoTextHasAreRefused() throws {
        let words = { (request: inout ImportRequest) in request.tokens = .words }
        for (tokens, pointer, example) in [
            (["<pad>", "hello", "world"], "/vocabulary/1", #""hello hello" is cut into "hello", " hello""#),
            (["a", " a", "new york"], "/vocabulary/2", #"cut into "new", " york""#),
            ([" a", " ##ing"], "/vocabulary/1", "##ing"),
            ([" a", "\u{2581}the"], "/vocabulary/1", #"a blank, " the""#),
            ([" a", "\u{120}the"], "/vocabulary/1", #"a blank, " the""#),
            ([" caf\u{E9}", " cafe\u{301}"], "/vocabulary/1", "another Unicode spelling"),
        ] {
            let found = try faults(tokens, words)
            #expect(found.map(\.pointer) == [pointer], "\(tokens): \(found)")
            #expect(found.first?.detail.contains(example) == true, "\(found)")
        }
        #expect(try faults(["<pad>", "[CLS]", "", "hello", " world", "!", "don't", " 3"], words).isEmpty)
        // What Rondo made of texts of one word each.
        #expect(
            try faults(["anna", "bert"]) {
                words(&$0)
                $0.tokenizer = .rondo
            }.isEmpty)
        // Arrays of tokens have no blanks.
        #expect(try faults(["hello", "new york", "##ing"]) { $0.tokens = .symbols }.isEmpty)
        #expect(
            try faults(["caf\u{E9}", "cafe\u{301}"]) { $0.tokens = .symbols }.map(\.pointer) == ["/vocabulary/1"])
    }

    @Test func charactersAreSingleScalars() throws {
        let characters = { (request: inout ImportRequest) in request.tokens = .characters }
        let found = try faults(["a", "hello", "e\u{301}", "<pad>"], characters)
        #expect(found.map(\.pointer) == ["/vocabulary/1", "/vocabulary/2"])
        #expect(found.first?.detail.contains(#"here "h", "e", "l", "l" and so on"#) == true)
        #expect(
            try faults(["a", "STOP"]) {
                characters(&$0)
                $0.endToken = "STOP"
            }.isEmpty)
    }
}
