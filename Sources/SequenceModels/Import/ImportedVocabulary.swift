/// The tokens of an import.
enum ImportedVocabulary {
    /// - Parameter rows: V of the embedding; nil for a network over numbers.
    /// - Returns: nil for a network over numbers.
    static func description(_ request: ImportRequest, rows: Int?) throws(Faults) -> VocabularyDescription? {
        guard let rows else {
            guard request.vocabulary == nil, request.tokens == nil else {
                throw Faults(
                    request.vocabulary == nil ? "/tokens" : "/vocabulary",
                    "the file has no embedding: its network reads numbers")
            }
            return nil
        }
        guard request.task.task.parts.contains(.tokens) else {
            throw Faults("/task", "a \(request.task.rawValue) reads numbers; the file has an embedding")
        }
        guard let tokens = request.vocabulary ?? bytes(request) else {
            throw Faults("/vocabulary", "the texts of the \(rows) tokens are needed, by index")
        }
        guard tokens.count == rows else {
            throw Faults("/vocabulary", "\(tokens.count) tokens, the embedding has \(rows) rows")
        }
        func place(_ token: String?, _ pointer: String) throws(Faults) -> Int? {
            guard let token else { return nil }
            // Our own special tokens come last, and may share their text with a symbol of the data.
            guard let index = tokens.lastIndex(where: { $0.utf8.elementsEqual(token.utf8) }) else {
                throw Faults(pointer, "\"\(token.prefix(40))\" is not in the vocabulary")
            }
            return index
        }
        let end = try place(request.endToken, "/end_token"), unknown = try place(request.unknownToken, "/unknown_token")
        let isSpelled = tokens.enumerated().allSatisfy {
            $0.offset == end || $0.offset == unknown || $0.element.unicodeScalars.count == 1
        }
        let result = VocabularyDescription(
            unit: request.tokens ?? (isSpelled ? .characters : .symbols), tokens: tokens, endIndex: end,
            unknownIndex: unknown, skipsUnknown: request.unknown == .skip ? true : nil)
        if request.unknown == .token && unknown == nil {
            throw Faults("/unknown", "token needs an unknown_token: the text of the one that stands for unknown ones")
        }
        var checks = SettingsChecks()
        checks.vocabulary(result, unit: nil, .import)
        try checks.finish()
        let faults = VocabularyReach(result).faults("/vocabulary", isOwn: request.tokenizer == .rondo)
        if !faults.isEmpty { throw Faults(list: faults) }
        return result
    }

    private static func bytes(_ request: ImportRequest) -> [String]? {
        guard request.tokens == .bytes else { return nil }
        return (0...255).map { Tokenizer.byteToken(UInt8($0)) }
    }
}

extension SettingsChecks.VocabularyPlaces {
    /// As the settings of an import name them.
    static var `import`: Self {
        var places = Self(at: "/vocabulary")
        (places.tokens, places.unit, places.end, places.unknown) = (
            "/vocabulary", "/tokens", "/end_token", "/unknown_token"
        )
        return places
    }
}
