import JSON
import SequenceModels

extension LearnedCases {
    private static let digits = 16

    /// As `model.json` keeps it.
    var json: JSONValue {
        let hex = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(words.count * Self.digits)
        for word in words {
            for digit in (0..<Self.digits).reversed() { text.append(hex[Int(word >> (4 * UInt64(digit)) & 15)]) }
        }
        return [
            "count": .integer(count), "every": .integer(Int(every)),
            "bits": .string(String(decoding: text, as: UTF8.self)),
        ]
    }

    /// nil for what cannot be one: then it is not known what was learned.
    init?(_ json: JSONValue?) {
        guard let count = json?["count"]?.asInt, let every = json?["every"]?.asInt, every > 0,
            let text = json?["bits"]?.asString?.utf8, text.count % Self.digits == 0,
            text.count / Self.digits <= Self.wordsMax
        else { return nil }
        var words: [UInt64] = [], word: UInt64 = 0
        for (place, byte) in text.enumerated() {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): word = word << 4 | UInt64(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): word = word << 4 | UInt64(byte - UInt8(ascii: "a") + 10)
            default: return nil
            }
            if place % Self.digits == Self.digits - 1 {
                words.append(word)
                word = 0
            }
        }
        self.init(words: words, count: count, every: UInt64(every))
    }
}
