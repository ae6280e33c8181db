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
        guard request.task != .forecast else {
            throw Faults("/task", "a forecast reads numbers; the file has an embedding")
        }
        guard let tokens = request.vocabulary ?? bytes(request) else {
            throw Faults("/vocabulary", "the texts of the \(rows) tokens are needed, by index")
        }
        guard tokens.count == rows else {
            throw Faults("/vocabulary", "\(tokens.count) tokens, the embedding has \(rows) rows")
        }
        if tokens.count > ModelLimits.vocabularyMax {
            throw Faults("/vocabulary", "\(tokens.count) tokens, at most \(ModelLimits.vocabularyMax)")
        }
        var places: [String: Int] = [:]
        // Our own special tokens come last, and may share their text with a symbol of the data.
        let special = Set([request.endToken, request.unknownToken].compactMap { $0 }.map(key))
        for (index, token) in tokens.enumerated()
        where places.updateValue(index, forKey: key(token)) != nil && !special.contains(key(token)) {
            throw Faults("/vocabulary/\(index)", "\"\(token.prefix(40))\" is there twice")
        }
        func place(_ token: String?, _ pointer: String) throws(Faults) -> Int? {
            guard let token else { return nil }
            guard let index = places[key(token)] else {
                throw Faults(pointer, "\"\(token.prefix(40))\" is not in the vocabulary")
            }
            return index
        }
        let end = try place(request.endToken, "/end_token"), unknown = try place(request.unknownToken, "/unknown_token")
        if let end, end == unknown { throw Faults("/unknown_token", "it is the end_token already") }
        let isSpelled = tokens.enumerated().allSatisfy {
            $0.offset == end || $0.offset == unknown || $0.element.unicodeScalars.count == 1
        }
        let unit = request.tokens ?? (isSpelled ? .characters : .symbols)
        if unit == .bytes {
            // A byte is its own index.
            let bytes = (0...255).map { Tokenizer.byteToken(UInt8($0)) }
            guard tokens.count >= 256, Array(tokens.prefix(256)) == bytes,
                tokens.count <= 256 + [end, unknown].count(where: { $0 != nil })
            else {
                throw Faults(
                    "/vocabulary",
                    "bytes have the tokens 0 to 255 in their order, and then end_token or unknown_token; leave the vocabulary out"
                )
            }
        }
        return VocabularyDescription(unit: unit, tokens: tokens, endIndex: end, unknownIndex: unknown)
    }

    private static func bytes(_ request: ImportRequest) -> [String]? {
        guard request.tokens == .bytes else { return nil }
        return (0...255).map { Tokenizer.byteToken(UInt8($0)) }
    }

    /// Spellings that differ in their scalars are different tokens, though Swift's strings would call them equal.
    private static func key(_ token: String) -> String {
        token.unicodeScalars.map { String($0.value, radix: 16) }.joined(separator: " ")
    }
}
