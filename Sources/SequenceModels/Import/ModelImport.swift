package import Kernels
import RecurrentLayers

/// Makes a model of weights that were trained elsewhere.
package enum ModelImport {
    /// - Parameters:
    ///   - tensors: as the file has them.
    ///   - unread: those that it has besides; `names` must leave them out.
    /// - Returns: the description, and the tensors under our names; `SequenceModel` accepts the two.
    /// - Throws: every fault found. Pointers lead into the settings (`/labels`) or are `/tensors/` and the name of a
    ///   tensor.
    package static func model(
        _ request: ImportRequest, tensors: [NamedTensor], unread: [UnreadTensor] = []
    ) throws(Faults) -> (description: ModelDescription, tensors: [NamedTensor]) {
        if let refusal = refusal(of: request.task, cell: request.network.cell) {
            throw Faults(request.task.isPaired ? "/task" : "/network/cell", refusal)
        }
        var imported = try ImportedTensors(tensors, unread: unread, request: request)
        guard let cell = imported.cell, let hidden = imported.hidden else {
            throw Faults(list: [
                ImportFaults.tensor(
                    "rnn.weight_hh_l0",
                    "it is missing or not [4·H, H], [3·H, H] or [H, H]; the file has "
                        + "\(ImportedTensors.list(Set(imported.byName.keys)))"
                )
            ])
        }
        var checks = ImportChecks()
        checks.belongs(request)
        try checks.finish()

        var network = request.network
        network.cell = network.cell ?? CellChoice(cell)
        network.projection = network.projection ?? imported.projection
        if network.layerNorm == nil, imported.isNormalized { network.layerNorm = true }
        if network.gruReset == nil, cell == .gru, imported.resetsBefore { network.gruReset = .before }
        if request.task.task.tiesMissingHead, network.weightTying == nil, !imported.hasHead {
            network.weightTying = true
        }
        let tokens = try ImportedVocabulary.description(request, rows: imported.embedding?.first)
        let defaults = PlanDefaults(
            layers: imported.layers, hidden: hidden, dropout: 0,
            embedding: tokens == nil ? nil : imported.embedding?.last ?? 1, epochs: 0,
            batchSize: 1, window: ModelLimits.windowMax, learningRate: 0.001, patience: 1, validation: 0,
            bidirectional: imported.isBidirectional)
        let settings = try settings(request, network, defaults, tokens?.unit)
        let description = try description(request, settings, tokens, imported)
        guard let shape = description.network.recurrent, !shape.tied || shape.canTie else {
            throw Faults(
                "/network/weight_tying", "it needs an embedding as wide as hidden and an output for each token")
        }
        do throws(Faults) { try description.check() } catch { throw Faults(list: error.list.map(ImportFaults.placed)) }
        let taken = try imported.take(for: shape)
        do throws(ModelError) {
            _ = try SequenceModel(description: description, tensors: taken)
        } catch {
            throw Faults("", error.description)
        }
        return (description, taken)
    }

    /// Why weights of such a model are not imported, for the one who exports and the one who imports; nil where they
    /// are.
    package static func refusal(of task: TaskKind, cell: CellChoice?) -> String? {
        if task.isPaired { return "a \(task.rawValue) is not imported: train it where it is used" }
        guard cell == .transformer else { return nil }
        return "a transformer is not imported, only lstm, gru and rnn are: train it where it is used"
    }

    /// Settings as a plan would have them. What belongs to training only was not seen and says so: 0 epochs.
    private static func settings(
        _ request: ImportRequest, _ network: NetworkRequest, _ defaults: PlanDefaults, _ unit: TokenUnit?
    ) throws(Faults) -> EffectiveSettings {
        var wanted = SettingsRequest()
        wanted.network = network
        wanted.training.window = request.window
        wanted.unknown = request.unknown
        let settings = defaults.resolve(wanted, task: request.task, tokens: unit, forecast: request.forecast)
        wanted.network.layers = settings.network.layers
        wanted.network.hidden = settings.network.hidden
        wanted.network.bidirectional = settings.network.bidirectional
        wanted.network.embedding = settings.network.embedding
        wanted.forecast = SettingsRequest(settings).forecast
        var checks = SettingsChecks()
        checks.ranges(of: wanted)
        // Heads and widths are divided and multiplied only when they are within their limits.
        if checks.faults.isEmpty {
            checks.applicability(of: wanted, task: request.task, numeric: unit == nil)
            checks.consistency(of: settings)
        }
        do throws(Faults) { try checks.finish() } catch { throw Faults(list: error.list.map(ImportFaults.placed)) }
        return settings
    }

    private static func description(
        _ request: ImportRequest, _ settings: EffectiveSettings, _ tokens: VocabularyDescription?,
        _ imported: ImportedTensors
    ) throws(Faults) -> ModelDescription {
        var result = ModelDescription(
            settings: settings,
            network: settings.network.shape(input: .numeric(channels: 1), outputs: 1, readout: .everyStep),
            vocabulary: tokens, labels: request.labels)
        try request.task.task.complete(&result, request, imported)
        return result
    }
}

extension ImportedTensors {
    /// How numbers become inputs of a supervised task; nothing for one over tokens.
    func addChannels(_ request: ImportRequest, to result: inout ModelDescription) throws(Faults) {
        guard result.vocabulary == nil else { return }
        let width = inputWidth ?? 0
        let perChannel = request.channelScaling?.indicators == true ? 2 : 1
        let channels = request.channels ?? request.channelScaling?.mean.count ?? width / perChannel
        guard 1...ModelLimits.channelsMax ~= channels else {
            throw Faults("/channels", "\(channels) is outside 1 … \(ModelLimits.channelsMax)")
        }
        let scaling = request.channelScaling ?? ChannelScaling.identity(channels: channels)
        try scaling.check("/channel_scaling", count: channels, of: "channels")
        result.channels = channels
        result.channelScaling = scaling
    }
}
