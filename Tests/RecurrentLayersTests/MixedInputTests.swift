import Foundation
import Kernels
import RecurrentLayers
import Testing

/// Inputs of numbers and categories: what they mean, what must hold for them, and which there can be.
@Suite struct MixedInputTests {
    static let settings: [NetworkSettings] = CellKind.allCases.flatMap { cell in
        [NetworkSettings.Input.withCategories, .withoutNumbers].map { input in
            NetworkSettings(input: input, cell: cell, layers: 2, hidden: 7, outputs: 4)
        }
    }

    private func row(_ input: NetworkSettings.Input, _ member: Int, _ t: Int) -> [Float] {
        let random = CounterRandom(seed: 8, stream: UInt64(member))
        return input.row(
            number: { random.normal(UInt64(10 * t + $0)) }, category: { Int(random.bits(UInt64(10 * t + $0)) % 50) }
        ).map(Float.init)
    }

    private func bits(_ start: UnsafePointer<Float>, _ count: Int) -> [UInt32] {
        (0..<count).map { start[$0].bitPattern }
    }

    /// Output bytes of each member, run as one batch with `padding` extra steps.
    private func windows(_ network: RecurrentNetwork, _ members: [(Int, length: Int)], padding: Int) -> [[UInt32]] {
        let (T, B, O) = ((members.map(\.length).max() ?? 1) + padding, members.count, network.settings.outputs)
        let w = WindowWorkspace(network: network, stepsMax: T + 1, batchMax: B + 1, training: false)
        w.begin(steps: T, batch: B)
        for (b, (member, length)) in members.enumerated() {
            for t in 0..<length {
                let row = row(network.settings.input, member, t)
                for (i, value) in row.enumerated() { w.inputs[(t * B + b) * row.count + i] = value }
                w.mask[t * B + b] = 1
            }
        }
        network.forward(w, training: false)
        return members.enumerated().map { b, entry in
            (0..<entry.length).flatMap { t in bits(w.outputs + (t * B + b) * O, O) }
                + w.state.row(b).map(\.bitPattern)
        }
    }

    @Test(arguments: settings) func paddingCompanyAndStepsChangeNothing(_ settings: NetworkSettings) throws {
        let training = RecurrentNetwork(settings: settings, seed: 2)
        let members = [(0, 6), (1, 3), (2, 9), (3, 1)]
        let alone = members.map { windows(training, [$0], padding: 0)[0] }
        #expect(windows(training, members, padding: 4) == alone)
        let serving = try RecurrentNetwork(
            settings: settings, tensors: training.tensors(), serving: Serving(pool: ComputePool(threads: 2)))
        for network in [training, serving] {
            #expect(windows(network, members.reversed(), padding: 1) == alone.reversed())
            let batch = StepBatch(network: network, rowsMax: 3)
            batch.rows = 3
            var bytes: [UInt32] = []
            for t in 0..<9 {
                for place in 0..<3 {
                    let row = row(settings.input, place == 1 ? 2 : place + 20, t)
                    for (i, value) in row.enumerated() { batch.inputs[place * row.count + i] = value }
                }
                network.step(batch)
                bytes += bits(batch.outputs + settings.outputs, settings.outputs)
            }
            #expect(bytes + batch.state.row(1).map(\.bitPattern) == alone[2])
        }
    }

    /// A window read at once, and the same steps one by one.
    @Test(arguments: [NetworkSettings.Input.withCategories, .withoutNumbers])
    func aTransformerStepsAsItReads(_ input: NetworkSettings.Input) {
        let settings = TransformerSettings(
            input: input, shape: TransformerShape(layers: 2, width: 24, heads: 2, feedForward: 20), causal: true,
            outputs: 5)
        let network = TransformerNetwork(settings: settings, seed: 2)
        let steps = 70
        let window = TransformerWorkspace(network: network, stepsMax: steps, batchMax: 1, training: false)
        window.begin(steps: steps, batch: 1)
        let rows = (0..<steps).map { row(input, 0, $0) }
        for (t, row) in rows.enumerated() {
            window.mask[t] = 1
            for (i, value) in row.enumerated() { window.inputs[t * row.count + i] = value }
        }
        network.forward(window, training: false)
        let cache = KeyValueCache(network: network, stepsMax: steps)
        network.read(window, into: cache)
        let answers = AlignedBuffer(count: 5 * steps)
        network.answer(window, from: 0, count: steps, into: answers.pointer)
        #expect(bits(answers.pointer, 5 * steps) == bits(window.outputs, 5 * steps))

        let batch = TransformerStepBatch(network: network, rowsMax: 2, stepsMax: steps)
        batch.caches = (0..<2).map { _ in KeyValueCache(network: network, stepsMax: steps) }
        batch.rows = 2
        for (t, row) in rows.enumerated() {
            for (i, value) in row.enumerated() {
                batch.inputs[i] = self.row(input, 9, t)[i]
                batch.inputs[row.count + i] = value
            }
            network.step(batch)
            #expect(bits(batch.outputs + 5, 5) == bits(window.outputs + 5 * t, 5))
        }
    }

    /// A category embedded is a one-hot vector by the product of the first layer's weights and the table: W·E.
    @Test(arguments: CellKind.allCases, [false, true])
    func anEmbeddingIsAOneHotProduct(_ cell: CellKind, isBidirectional: Bool) throws {
        let (numbers, table, hidden, steps) = (2, EmbeddingTable(rows: 6, width: 3), 5, 9)
        let settings = NetworkSettings(
            input: .mixed(numbers: numbers, tables: [table], fields: [0]), cell: cell, layers: 2, hidden: hidden,
            bidirectional: isBidirectional, outputs: 3)
        var oneHot = settings
        oneHot.input = .numeric(channels: numbers + table.rows)
        let mixed = RecurrentNetwork(settings: settings, seed: 6)
        let embedding = try #require(mixed.tensors().first { $0.name == "embedding.0.weight" }).values
        let tensors = mixed.tensors().filter { $0.name != "embedding.0.weight" }.map { tensor in
            guard tensor.name.hasPrefix("rnn.weight_ih_l0") else { return tensor }
            let rows = tensor.shape[0], width = numbers + table.width
            let values = (0..<rows).flatMap { gate in
                let weights = tensor.values[gate * width..<(gate + 1) * width].map { $0 }
                return weights[..<numbers]
                    + (0..<table.rows).map { category in
                        (0..<table.width).reduce(Float(0)) {
                            $0 + weights[numbers + $1] * embedding[category * table.width + $1]
                        }
                    }
            }
            return NamedTensor(name: tensor.name, shape: [rows, numbers + table.rows], values: values)
        }
        let numeric = try RecurrentNetwork(settings: oneHot, tensors: tensors)
        let (a, b) = (
            WindowWorkspace(network: mixed, stepsMax: steps, batchMax: 1, training: false),
            WindowWorkspace(network: numeric, stepsMax: steps, batchMax: 1, training: false)
        )
        a.begin(steps: steps, batch: 1)
        b.begin(steps: steps, batch: 1)
        for t in 0..<steps {
            let row = row(settings.input, 3, t)
            for (i, value) in row.enumerated() { a.inputs[t * row.count + i] = value }
            for i in 0..<numbers { b.inputs[t * (numbers + table.rows) + i] = row[i] }
            b.inputs[t * (numbers + table.rows) + numbers + Int(row[numbers])] = 1
            (a.mask[t], b.mask[t]) = (1, 1)
        }
        mixed.forward(a, training: false)
        numeric.forward(b, training: false)
        // One rounding of each product and sum of the first layer, which later layers do not enlarge.
        for place in 0..<steps * 3 { #expect(abs(a.outputs[place] - b.outputs[place]) < 1e-6) }
    }

    @Test func tensorsAreNamedByTable() throws {
        let settings = NetworkSettings(input: .withCategories, hidden: 4, outputs: 1)
        let network = RecurrentNetwork(settings: settings, seed: 1)
        #expect(
            network.tensors().prefix(3).map(\.name) == [
                "embedding.0.weight", "embedding.1.weight", "rnn.weight_ih_l0",
            ])
        #expect(network.tensors().prefix(3).map(\.shape) == [[5, 3], [2, 1], [16, 9]])
        #expect(settings.tensorShapes.map(\.name) == network.tensors().map(\.name))
        let again = try RecurrentNetwork(settings: settings, tensors: network.tensors())
        #expect(again.tensors() == network.tensors())
        #expect(throws: ModelError.missingTensor("embedding.1.weight")) {
            try RecurrentNetwork(
                settings: settings, tensors: network.tensors().filter { $0.name != "embedding.1.weight" })
        }
        let transformer = TransformerSettings(
            input: .withCategories, shape: TransformerShape(layers: 1, width: 6, heads: 1, feedForward: 7),
            causal: true,
            outputs: 1)
        let tensors = TransformerNetwork(settings: transformer, seed: 1).tensors()
        #expect(tensors.first { $0.name == "input_projection.weight" }?.shape == [6, 9])
        #expect(tensors.prefix(2).map(\.shape) == [[5, 3], [2, 1]])
    }

    /// The fields of a row together are as long as one number of variance 1.
    @Test func categoriesStartSmall() throws {
        let settings = NetworkSettings(
            input: .mixed(
                numbers: 1, tables: [EmbeddingTable(rows: 4_000, width: 8), EmbeddingTable(rows: 2, width: 4)],
                fields: [0, 1, 0]),
            hidden: 3, outputs: 1)
        let values = try #require(RecurrentNetwork(settings: settings, seed: 1).tensors().first).values
        let variance = values.reduce(0.0) { $0 + Double($1 * $1) } / Double(values.count)
        #expect(abs(variance * 20 - 1) < 0.03)
    }

    @Test func settingsAreWrittenAndRead() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        func text(_ input: NetworkSettings.Input) throws -> String {
            String(decoding: try encoder.encode(input), as: UTF8.self)
        }
        #expect(try text(.numeric(channels: 3)) == #"{"numeric":{"channels":3}}"#)
        #expect(
            try text(.tokens(vocabulary: 5, embedding: 3)) == #"{"tokens":{"embedding":3,"vocabulary":5}}"#)
        #expect(
            try text(.withCategories)
                == #"{"mixed":{"fields":[0,1,0],"numbers":2,"tables":[{"rows":5,"width":3},{"rows":2,"width":1}]}}"#)
        let settings = Self.settings[0]
        #expect(try JSONDecoder().decode(NetworkSettings.self, from: encoder.encode(settings)) == settings)
    }

    @Test func widths() {
        let input = NetworkSettings.Input.withCategories
        #expect((input.rawWidth, input.embeddedWidth, input.embeddingCount) == (5, 9, 17))
        let numbers = NetworkSettings.Input.numeric(channels: 4)
        #expect((numbers.rawWidth, numbers.embeddedWidth, numbers.embeddingCount) == (4, 4, 0))
        let tokens = NetworkSettings.Input.tokens(vocabulary: 7, embedding: 3)
        #expect((tokens.rawWidth, tokens.embeddedWidth, tokens.embeddingCount) == (1, 3, 21))
        var settings = Self.settings[0]
        settings.outputs = 5
        #expect(!settings.canTie)
    }

    @Test func hostileShapesAreNotSound() {
        let table = EmbeddingTable(rows: 5, width: 3)
        func mixed(_ numbers: Int, _ tables: [EmbeddingTable], _ fields: [Int]) -> NetworkSettings.Input {
            .mixed(numbers: numbers, tables: tables, fields: fields)
        }
        #expect(mixed(0, [table], [0]).isSound && mixed(1, [table, table], [1, 0, 1]).isSound)
        let fieldsMax = NetworkSettings.Input.mixedFieldsMax
        let most = EmbeddingTable(rows: EmbeddingTable.rowsMax, width: EmbeddingTable.widthMax)
        let all = mixed(
            NetworkSettings.Input.mixedNumbersMax, [EmbeddingTable](repeating: most, count: fieldsMax),
            Array(0..<fieldsMax))
        #expect(all.isSound && all.embeddingCount == 1 << 56 && all.embeddedWidth == (1 << 32) + (1 << 24))
        let hostile = [
            mixed(-1, [table], [0]), mixed(.max, [table], [0]), mixed(1, [table], []), mixed(1, [], []),
            mixed(1, [table], [1]), mixed(1, [table], [-1]), mixed(1, [table, table], [0]),
            mixed(1, [table, table], [0, 0]), mixed(1, [EmbeddingTable(rows: 0, width: 3)], [0]),
            mixed(1, [EmbeddingTable(rows: 5, width: 0)], [0]), mixed(1, [EmbeddingTable(rows: -5, width: 3)], [0]),
            mixed(1, [EmbeddingTable(rows: EmbeddingTable.rowsMax + 1, width: 3)], [0]),
            mixed(1, [EmbeddingTable(rows: .max, width: .max)], [0]),
            mixed(1, [EmbeddingTable(rows: 5, width: .max)], [0]),
            mixed(NetworkSettings.Input.mixedNumbersMax + 1, [table], [0]),
            mixed(1, [table], [Int](repeating: 0, count: fieldsMax + 1)),
            .numeric(channels: 0), .numeric(channels: -1), .tokens(vocabulary: 0, embedding: 2),
            .tokens(vocabulary: 2, embedding: -2),
        ]
        for input in hostile { #expect(!input.isSound, "\("\(input)".prefix(200))") }
    }

    @Test func onlyWholeCategoriesOfTheTableAreAccepted() {
        let input = NetworkSettings.Input.withCategories
        #expect(input.accepts([9, .nan, 4, 1, 0]) && input.accepts([0, 0, -0.0, 0, 4]))
        for bad: Float in [-1, 5, 0.5, .nan, .infinity, -.infinity, 1e30, -.leastNonzeroMagnitude] {
            #expect(!input.accepts([0, 0, bad, 0, 0]) && !input.accepts([0, 0, 0, 0, bad]))
        }
        #expect(!input.accepts([0, 0, 0, 2, 0]))
        let large = NetworkSettings.Input.mixed(
            numbers: 0, tables: [EmbeddingTable(rows: EmbeddingTable.rowsMax, width: 1)], fields: [0])
        #expect(large.accepts([16_777_215]) && !large.accepts([16_777_216]))
        #expect(NetworkSettings.Input.numeric(channels: 1).accepts([0.5]))
    }

    @Test func aCategoryThatIsNotInTheTableStopsTheProcess() async {
        await #expect(processExitsWith: .failure) {
            let network = RecurrentNetwork(
                settings: NetworkSettings(input: .withCategories, hidden: 2, outputs: 1), seed: 1)
            let batch = StepBatch(network: network, rowsMax: 1)
            batch.rows = 1
            batch.inputs[4] = 5
            network.step(batch)
        }
    }
}
