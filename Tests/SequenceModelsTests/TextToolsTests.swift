import SequenceModels
import Testing

@Suite struct TextToolsTests {
    private func run(_ tokens: [String], stops: [String]) -> (steps: [String], text: String, stopped: Bool) {
        var matcher = StopMatcher(stops: stops)
        var steps: [String] = []
        for (index, token) in tokens.enumerated() {
            let released = matcher.push(
                StopMatcher.Piece(index: index, token: token, bytes: Array(token.utf8), logprob: 0))
            steps.append(String(decoding: released.flatMap(\.bytes), as: UTF8.self))
            if matcher.isStopped { break }
        }
        if !matcher.isStopped { steps.append(String(decoding: matcher.finish().flatMap(\.bytes), as: UTF8.self)) }
        return (steps, steps.joined(), matcher.isStopped)
    }

    @Test func stopStringsAtEverySplit() {
        let text = "aaabaaac", stop = "aab"
        for cut in 0...text.count {
            let tokens = [String(text.prefix(cut)), String(text.dropFirst(cut))].filter { !$0.isEmpty }
            let result = run(tokens, stops: [stop])
            #expect(result.text == "a" && result.stopped, "cut at \(cut)")
        }
        let letters = run(text.map { String($0) }, stops: [stop])
        #expect(letters.text == "a" && letters.stopped)
    }

    @Test func theEarliestStopWins() {
        #expect(run(["one two three"], stops: ["three", "two"]).text == "one ")
        #expect(run(["x", "y"], stops: ["xyz"]).text == "xy")
        #expect(run(["x", "y"], stops: []).steps == ["x", "y", ""])
    }

    @Test func charactersAreNeverCut() {
        var assembler = TextAssembler()
        var parts: [String] = []
        for byte in Array("aé漢🙂z".utf8) { parts.append(assembler.push([byte])) }
        #expect(parts.joined() == "aé漢🙂z")
        #expect(parts.allSatisfy { !$0.contains("\u{FFFD}") })
        #expect(assembler.push([0xE6, 0xBC]) == "" && assembler.finish() == "\u{FFFD}")
    }
}
