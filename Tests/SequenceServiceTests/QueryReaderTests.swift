import HTTPServer
import HTTPTypes
import JSON
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
                == "query parameter \"x\" must be a whole number between 1 and 9, found \"\(text)\"")
    }

    @Test(arguments: [
        ("true", true), ("false", false), ("1", nil), ("", nil), ("0", nil), ("yes", nil), ("TRUE", nil),
    ])
    func flags(_ text: String, _ value: Bool?) throws {
        guard value == nil else {
            #expect(try reader(text).bool("x") == value)
            return
        }
        #expect(
            refusal { _ = try reader(text).bool("x") }
                == "query parameter \"x\" must be true or false, found \"\(text)\"")
    }

    @Test func wordsAreNamed() throws {
        #expect(try reader("queued").choice("x", as: JobStatus.self) == .queued)
        let detail = try #require(refusal { _ = try reader("odd").choice("x", as: JobStatus.self) })
        #expect(
            detail.hasPrefix("query parameter \"x\" must be one of ") && detail.contains("cancelled, found \"odd\""))
        let near = try #require(refusal { _ = try reader("quued").choice("x", as: JobStatus.self) })
        #expect(near.hasSuffix("found \"quued\", did you mean \"queued\"?"))
        let wide = try #require(refusal { _ = try reader("１").integer("x", in: 1...9) })
        #expect(wide.hasSuffix("found \"１\"; character 1 is U+FF11 FULLWIDTH DIGIT ONE"))
    }

    private func refusal(_ route: String, _ query: [(name: String, value: String)]) throws -> String? {
        let rule = try #require(FaceTable.queryRules.first { $0.route == route })
        let request = Request(
            head: HTTPRequest(method: .get, scheme: nil, authority: "a", path: "/"), path: "/", query: query)
        return refusal { try rule.check(request) }
    }

    /// A misspelt parameter was ignored: `POST /train?validateonly=true` trained.
    @Test(arguments: [
        ("validateonly", "validate_only"), ("validateOnly", "validate_only"), ("Validate-Only", "validate_only"),
        ("validate_onyl", "validate_only"), ("ｖalidate_only", "validate_only"), ("dry_run", nil),
    ])
    func unknownOnesAreNamed(_ name: String, _ meant: String?) throws {
        let hint = (meant.map { ", did you mean \"\($0)\"?" } ?? "") + UnusualCharacters.note(name)
        let found = try refusal("POST /train", [(name, "true")])
        let expected = "unknown query parameter \"\(name)\"\(hint); POST /train takes \"validate_only\", "
        #expect(found?.hasPrefix(expected) == true, "\(found ?? "")")
        #expect(try refusal("POST /train", [("validate_only", "true")]) == nil)
    }

    /// The members of a request that a query takes beside a table.
    @Test func settingsAreNamed() throws {
        for (name, meant) in [("horizon", "forecast.horizon"), ("training.epoch", "training.epochs")] {
            let found = try refusal("POST /train", [(name, "3")])
            #expect(found?.contains(", did you mean \"\(meant)\"?") == true, "\(found ?? "")")
        }
        #expect(try refusal("POST /train", [("forecast.horizon", "3"), ("group", "a"), ("model", "m")]) == nil)
        #expect(try refusal("POST /predict", [("horizon", "3"), ("target", "a"), ("model", "m")]) == nil)
        #expect(try refusal("POST /predict", [("forecast.horizon", "3")]) != nil)
    }

    /// Each route takes what its row says and nothing else, and each of it once.
    @Test func everyRouteHasItsRule() throws {
        let rules = FaceTable.queryRules
        #expect(rules.count > 20 && Set(rules.map(\.route)).count == rules.count)
        #expect(rules.contains { $0.names == ["status", "model", "limit", "after"] })
        for rule in rules {
            let known = rule.names.map { ($0, "1") }
            #expect(try refusal(rule.route, []) == nil && refusal(rule.route, known) == nil)
            let unknown = try refusal(rule.route, known + [("odd", "")])
            #expect(unknown?.contains("\"odd\"; \(rule.route) takes ") == true, "\(unknown ?? "")")
            for item in known {
                #expect(
                    try refusal(rule.route, known + [item]) == "query parameter \"\(item.0)\" is given more than once")
            }
        }
    }
}
