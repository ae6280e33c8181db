/// Rules of what a model knows besides its settings, wherever it was read: each place names its own pointers.
extension SettingsChecks {
    /// Labels by output index.
    mutating func labels(_ labels: [String], _ pointer: String) {
        whole(labels.count, 2...ModelLimits.classesMax, pointer)
        var seen: Set<String> = []
        for (index, label) in labels.enumerated() where !seen.insert(label).inserted {
            fault("\(pointer)/\(index)", "\"\(label.prefix(40))\" is there twice")
            return
        }
    }

    /// A mean and a deviation for each of `count` numbers.
    mutating func scaling(_ scaling: ChannelScaling, count: Int, of what: String, _ pointer: String) {
        guard scaling.mean.count == count, scaling.deviation.count == count else {
            return fault(
                pointer,
                "\(scaling.mean.count) means and \(scaling.deviation.count) deviations for \(count) \(what)")
        }
        let (low, high) = (ModelLimits.scaleMin, ModelLimits.valueMax)
        if let bad = scaling.mean.firstIndex(where: { !($0.magnitude <= high) }) {
            fault("\(pointer)/mean/\(bad)", "\(scaling.mean[bad]) is outside −\(high) … \(high)")
        }
        if let bad = scaling.deviation.firstIndex(where: { !($0 >= low && $0 <= high) }) {
            fault("\(pointer)/deviation/\(bad)", "\(scaling.deviation[bad]) is outside \(low) … \(high)")
        }
    }

    /// What a forecaster knows of its series.
    /// - Parameters:
    ///   - forecast: its settings, when there are any.
    ///   - contextMax: steps that its network may read at once.
    mutating func facts(
        _ facts: ForecastFacts, of forecast: EffectiveSettings.Forecast?, channels: Int, contextMax: Int,
        _ pointer: String
    ) {
        whole(facts.horizon, 1...ModelLimits.horizonMax, pointer + "/horizon")
        whole(facts.seasonality, 1...ModelLimits.seasonalityMax, pointer + "/seasonality")
        whole(facts.context, 1...contextMax, pointer + "/context")
        if let forecast {
            let isCount = forecast.distribution == .negativeBinomial
            let pairs: [(isSame: Bool, name: String)] = [
                (facts.seasonality == forecast.seasonality, "seasonality"),
                (facts.scaling == forecast.scaling, "scaling"), ((facts.isCount ?? false) == isCount, "is_count"),
            ]
            for pair in pairs where !pair.isSame {
                fault("\(pointer)/\(pair.name)", "it is not what the settings of the forecast say")
            }
        }
        let high = ModelLimits.valueMax
        for (values, name) in [(facts.pooledScale, "pooled_scale"), (facts.pooledDrift, "pooled_drift")] {
            if values.count != channels {
                fault("\(pointer)/\(name)", "\(values.count) numbers for \(channels) channels")
            } else if let bad = values.firstIndex(where: { !($0.magnitude <= high) }) {
                fault("\(pointer)/\(name)/\(bad)", "\(values[bad]) is outside −\(high) … \(high)")
            }
        }
        if let bad = facts.pooledScale.firstIndex(where: { $0 < 0 }) {
            fault("\(pointer)/pooled_scale/\(bad)", "\(facts.pooledScale[bad]) is below 0")
        }
        let phases = facts.seasonality > 1 ? facts.seasonality : 0
        if facts.profile.count != phases || !facts.profile.allSatisfy({ $0.count == channels }) {
            fault(pointer + "/profile", "\(phases) phases of \(channels) numbers are needed")
        } else if let bad = facts.profile.firstIndex(where: { !$0.allSatisfy { $0.magnitude <= high } }) {
            fault("\(pointer)/profile/\(bad)", "a number is outside −\(high) … \(high)")
        }
        if let wrong = facts.limits.fault { fault(pointer + "/minimum", wrong) }
        for (limit, name) in [(facts.minimum, "minimum"), (facts.maximum, "maximum")] {
            if let limit, !(limit.magnitude <= high) { fault("\(pointer)/\(name)", "outside −\(high) … \(high)") }
        }
        if let wrong = facts.smoothing?.fault { fault(pointer + "/smoothing", wrong) }
        if let wrong = facts.direct?.fault { fault(pointer + "/direct", wrong) }
        if let wrong = facts.combination?.fault { fault(pointer + "/combination", wrong) }
        if let wrong = facts.surprise?.fault { fault(pointer + "/surprise", wrong) }
        if let inputs = facts.inputs {
            self.inputs(inputs, channels: channels, season: facts.seasonality, pointer + "/inputs")
        }
    }

    /// Where the parts of a vocabulary stand.
    struct VocabularyPlaces {
        var tokens: String
        var unit: String
        var end: String
        var unknown: String

        /// As `VocabularyDescription` writes itself at `pointer`.
        init(at pointer: String) {
            tokens = pointer + "/tokens"
            unit = pointer + "/unit"
            end = pointer + "/end_index"
            unknown = pointer + "/unknown_index"
        }
    }

    /// Tokens by index, each once; the special ones among them may share their text with another.
    mutating func vocabulary(_ vocabulary: VocabularyDescription, unit: TokenUnit?, _ places: VocabularyPlaces) {
        let count = vocabulary.tokens.count
        if let unit, vocabulary.unit != unit {
            fault(places.unit, "\(vocabulary.unit.rawValue), where the settings say \(unit.rawValue)")
        }
        guard 1...ModelLimits.vocabularyMax ~= count else {
            return fault(places.tokens, "\(count) tokens, expected 1 to \(ModelLimits.vocabularyMax)")
        }
        whole(vocabulary.endIndex, 0...count - 1, places.end)
        whole(vocabulary.unknownIndex, 0...count - 1, places.unknown)
        if let end = vocabulary.endIndex, end == vocabulary.unknownIndex {
            fault(places.unknown, "it is the token that ends sequences already")
        }
        let special = [vocabulary.endIndex, vocabulary.unknownIndex]
        // Spellings that differ in their scalars are different tokens, though Swift's strings would call them equal.
        var seen: Set<[UInt8]> = []
        for (index, token) in vocabulary.tokens.enumerated()
        where !special.contains(index) && !seen.insert(Array(token.utf8)).inserted {
            fault("\(places.tokens)/\(index)", "\"\(token.prefix(40))\" is there twice")
            break
        }
        if vocabulary.unit == .bytes { bytes(vocabulary, places) }
    }

    /// A byte is its own index.
    private mutating func bytes(_ vocabulary: VocabularyDescription, _ places: VocabularyPlaces) {
        let special = [vocabulary.endIndex, vocabulary.unknownIndex].compactMap(\.self)
        let bytes = (UInt8.min...UInt8.max).map { Tokenizer.byteToken($0) }
        guard Array(vocabulary.tokens.prefix(bytes.count)) == bytes,
            vocabulary.tokens.count <= bytes.count + special.count, special.allSatisfy({ $0 >= bytes.count })
        else {
            return fault(
                places.tokens,
                "bytes have the tokens 0 to 255 in their order, and then end_token or unknown_token; "
                    + "leave the vocabulary out"
            )
        }
    }

    /// How long the pairs of a training were.
    mutating func pairs(_ pairs: PairFacts, _ pointer: String) {
        whole(pairs.longestInput, 1...ModelLimits.pairStepsMax, pointer + "/longest_input")
        whole(pairs.longestTarget, 1...ModelLimits.pairStepsMax, pointer + "/longest_target")
    }
}
