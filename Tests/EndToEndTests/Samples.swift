/// Tiny training requests, quick to learn.
enum Samples {
    static let series = (0..<96).map { step in String(100 + step + [0, 12, 30, 18, 5, -9, -20, -6][step % 8]) }.joined(separator: ",")

    /// A season of 8 steps on a level of 1e9.
    static let farShape = [0, 0.7, 1, 0.7, 0, -0.7, -1, -0.7]
    static let farSeries = (0..<96).map { step in String(1e9 + farShape[step % 8] + [0.01, -0.02, 0.03][step % 3]) }

    static let forecast = """
        {"model":"wave","sequences":[[\(series)]],"network":{"hidden":8},"training":{"epochs":4,"seed":7},\
        "forecast":{"horizon":4,"seasonality":8},"metadata":{"team":"ops"}}
        """

    static let text = String(repeating: "the cat sat on the mat. the dog ran to the cat. ", count: 40)

    static func language(_ name: String = "prose", epochs: Int = 3, seed: Int = 7, hidden: Int = 16, extra: String = "") -> String {
        """
        {"model":"\(name)","text":"\(text)","network":{"hidden":\(hidden)},\
        "training":{"epochs":\(epochs),"window":32,"batch_size":4,"seed":\(seed)\(extra)}}
        """
    }

    /// Long enough to be interrupted, short enough to wait for.
    static func long(_ name: String = "long", epochs: Int = 40) -> String {
        language(name, epochs: epochs, hidden: 128, extra: #","checkpoint_seconds":0.2,"early_stopping":{"patience":1000}"#)
    }

    static let classification: String = {
        let words = (0..<40).map { index in
            index % 2 == 0 ? #"{"input":"aab\#(String(repeating: "a", count: index % 5))","target":"A"}"#
                : #"{"input":"zzy\#(String(repeating: "z", count: index % 7))","target":"Z"}"#
        }
        return #"{"model":"letters","sequences":[\#(words.joined(separator: ","))],"network":{"hidden":12},"training":{"epochs":30,"seed":3}}"#
    }()
}
