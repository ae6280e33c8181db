import HTTPServer
import HTTPTypes
import SequenceService
import Store
import Testing

/// Query parameters that read, and those that are refused by their names.
@Suite struct QueryReaderTests {
    private func reader(_ value: String?) -> QueryReader {
        QueryReader(
            Request(
                head: HTTPRequest(method: .get, scheme: nil, authority: "a", path: "/jobs"), path: "/jobs",
                query: value.map { [(name: "x", value: $0), (name: "x", value: "second")] } ?? []))
    }

    private func refusal(_ read: () throws -> Void) -> String? {
        do {
            try read()
            return nil
        } catch RequestError.badRequest(let detail) {
            return detail
        } catch {
            return "\(error)"
        }
    }

    @Test func absentOnesAreNil() throws {
        let query = reader(nil)
        #expect(query.string("x") == nil)
        #expect(try query.integer("x", in: 1...9) == nil && query.bool("x") == nil)
        #expect(try query.choice("x", as: JobStatus.self) == nil)
    }

    @Test(arguments: [("1", 1), ("9", 9), ("0", nil), ("10", nil), ("01", nil), ("+1", nil), ("", nil), ("a", nil)])
    func numbersHaveOneSpellingAndARange(_ text: String, _ value: Int?) throws {
        let query = reader(text)
        guard value == nil else {
            #expect(try query.integer("x", in: 1...9) == value && query.string("x") == text)
            return
        }
        #expect(
            refusal { _ = try query.integer("x", in: 1...9) }
                == "query parameter \"x\" must be a whole number between 1 and 9")
    }

    @Test(arguments: [
        ("true", true), ("1", true), ("", true), ("false", false), ("0", false), ("yes", nil), ("TRUE", nil),
    ])
    func flags(_ text: String, _ value: Bool?) throws {
        guard value == nil else {
            #expect(try reader(text).bool("x") == value)
            return
        }
        #expect(refusal { _ = try reader(text).bool("x") } == "query parameter \"x\" must be true or false")
    }

    @Test func wordsAreNamed() throws {
        #expect(try reader("queued").choice("x", as: JobStatus.self) == .queued)
        let detail = try #require(refusal { _ = try reader("odd").choice("x", as: JobStatus.self) })
        #expect(detail.hasPrefix("query parameter \"x\" must be one of ") && detail.contains("succeeded"))
    }
}
