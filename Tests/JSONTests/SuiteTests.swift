import JSON
import Testing

/// What the whole suite of cases is read as.
@Suite struct SuiteTests {
    private static let rejected: [(name: String, bytes: [UInt8])] =
        SuiteReject.cases.map { ($0.name, Array($0.text.utf8)) } + SuiteReject.byteCases

    private func isRead(_ bytes: [UInt8]) -> Bool { (try? JSONParser.parse(bytes)) != nil }

    @Test func whatMustBeReadIsRead() {
        for (name, text) in SuiteAccept.cases { #expect(isRead(Array(text.utf8)), "y_\(name)") }
        #expect(SuiteAccept.cases.count + SuiteAccept.repeatedKeys.count >= 95)
    }

    @Test func whatMustBeRefusedIsRefused() {
        for (name, bytes) in Self.rejected { #expect(!isRead(bytes), "n_\(name)") }
        #expect(Self.rejected.count >= 188)
    }

    @Test func whatMayBeEitherIsDecided() {
        for (name, text) in SuiteChoice.accepted { #expect(isRead(Array(text.utf8)), "i_\(name)") }
        for (name, text) in SuiteChoice.refused + SuiteAccept.repeatedKeys {
            #expect(!isRead(Array(text.utf8)), "i_\(name)")
        }
        for (name, bytes) in SuiteChoice.refusedBytes { #expect(!isRead(bytes), "i_\(name)") }
        #expect(SuiteChoice.accepted.count + SuiteChoice.refused.count + SuiteChoice.refusedBytes.count >= 35)
    }

    /// What is read is written as JSON that is read as the same.
    @Test func whatIsReadIsWritten() throws {
        for (name, text) in SuiteAccept.cases + SuiteChoice.accepted {
            let value = try JSONParser.parse(Array(text.utf8))
            #expect(try JSONParser.parse(value.bytes) == value, "\(name)")
        }
    }

    /// Every beginning of every case is answered, by a value or by a place in it.
    @Test func everyBeginningIsAnswered() {
        let texts = (SuiteAccept.cases + SuiteChoice.accepted + SuiteChoice.refused).map { Array($0.text.utf8) }
        for bytes in texts + Self.rejected.map(\.bytes) where bytes.count < 200 {
            for count in bytes.indices {
                do throws(JSONError) { _ = try JSONParser.parse(Array(bytes[..<count])) } catch {
                    #expect(error.byteOffset <= count)
                }
            }
        }
    }
}
