/// Tiny training requests, quick to learn.
enum Samples {
    static let series = (0..<96).map { step in String(100 + step + [0, 12, 30, 18, 5, -9, -20, -6][step % 8]) }.joined(
        separator: ",")

    /// A season of 8 steps on a level of 1e9.
    static let farShape = [0, 0.7, 1, 0.7, 0, -0.7, -1, -0.7]
    static let farSeries = (0..<96).map { step in String(1e9 + farShape[step % 8] + [0.01, -0.02, 0.03][step % 3]) }

    static let forecast = """
        {"model":"wave","sequences":[[\(series)]],"network":{"hidden":8},"training":{"epochs":4,"seed":7},\
        "forecast":{"horizon":4,"seasonality":8},"metadata":{"team":"ops"}}
        """

    static let text = String(repeating: "the cat sat on the mat. the dog ran to the cat. ", count: 40)

    static func language(_ name: String = "prose", epochs: Int = 3, seed: Int = 7, hidden: Int = 16, extra: String = "")
        -> String
    {
        """
        {"model":"\(name)","text":"\(text)","network":{"hidden":\(hidden)},\
        "training":{"epochs":\(epochs),"window":32,"batch_size":4,"seed":\(seed)\(extra)}}
        """
    }

    /// Long enough to be interrupted, short enough to wait for.
    static func long(_ name: String = "long", epochs: Int = 80) -> String {
        language(
            name, epochs: epochs, hidden: 128, extra: #","checkpoint_seconds":0.02,"early_stopping":{"patience":1000}"#)
    }

    static let classification: String = {
        let words = (0..<40).map { index in
            index % 2 == 0
                ? #"{"input":"aab\#(String(repeating: "a", count: index % 5))","target":"A"}"#
                : #"{"input":"zzy\#(String(repeating: "z", count: index % 7))","target":"Z"}"#
        }
        return
            #"{"model":"letters","sequences":[\#(words.joined(separator: ","))],"network":{"hidden":12},"#
            + #""training":{"epochs":30,"seed":3}}"#
    }()

    /// Sixty words, each held back once; long enough to be interrupted.
    static let folded: String = {
        let words = (0..<60).map { index in
            let noise = String(index, radix: 2).replacing("0", with: "d").replacing("1", with: "e")
            return #"{"input":"\#(noise)\#(["a", "b", "c"][index % 3])\#(noise)","target":"\#(index % 3)"}"#
        }
        return """
            {"model":"folded","sequences":[\(words.joined(separator: ","))],"network":{"hidden":128},\
            "training":{"epochs":40,"seed":3,"checkpoint_seconds":0.01,"early_stopping":{"patience":1000}}}
            """
    }()

    /// Words of three letters and more, answered backwards.
    static func reversal(_ name: String = "backwards", epochs: Int = 40, extra: String = "") -> String {
        let pairs = (0..<60).map { index -> String in
            let word = (0..<3 + index % 3).map { ["a", "b", "c", "d"][(index / (1 + $0) + $0) % 4] }.joined()
            return #"{"input":"\#(word)","target":"\#(String(word.reversed()))"}"#
        }
        return """
            {"model":"\(name)","task":"sequence_to_sequence","sequences":[\(pairs.joined(separator: ","))],\
            "network":{"hidden":24,"dropout":0},\
            "training":{"epochs":\(epochs),"batch_size":16,"optimizer":{"learning_rate":0.01},\
            "early_stopping":{"patience":1000}\(extra)}}
            """
    }

    /// Positions of three or four numbers in ascending order.
    static func sorting(_ name: String = "order", epochs: Int = 10, extra: String = "") -> String {
        let pairs = (0..<60).map { index -> String in
            let numbers = (0..<3 + index % 2).map { Double((index * 7 + $0 * (5 + index % 3)) % 19) }
            let order = numbers.indices.sorted { (numbers[$0], $0) < (numbers[$1], $1) }
            return #"{"input":\#(numbers),"target":\#(order)}"#
        }
        return """
            {"model":"\(name)","task":"pointer","sequences":[\(pairs.joined(separator: ","))],"network":{"hidden":16},\
            "training":{"epochs":\(epochs),"batch_size":16,"early_stopping":{"patience":1000}\(extra)}}
            """
    }
}
