import HTTPServer
import HTTPTypes
import SequenceService
import Testing

/// Numbers in paths, queries and references have one spelling.
@Suite struct NumberTests {
    @Test(arguments: [
        ("0", 0), ("1", 1), ("10", 10), ("9223372036854775807", Int64.max), ("9223372036854775808", nil),
        ("18446744073709551616", nil), ("", nil), ("+1", nil), ("-1", nil), ("-0", nil), ("01", nil), ("00", nil),
        ("1_0", nil), (" 1", nil), ("1 ", nil), ("1.0", nil), ("0x1", nil), ("1e3", nil), ("\u{661}", nil),
        ("\u{FF11}", nil), ("\u{1D7CF}", nil), ("1\u{301}", nil),
    ])
    func digitsOnly(_ text: String, _ value: Int64?) { #expect(DecimalText.value(text) == value, "\(text)") }

    @Test(arguments: [
        ("m@1", ModelReference.Selector.version(1)), ("m", .label("stable")), ("m@beta", .label("beta")),
        ("m@v1", .label("v1")), ("m@1a", .label("1a")), ("m@0", nil), ("m@01", nil), ("m@001", nil), ("m@+1", nil),
        ("m@-1", nil), ("m@99999999999999999999", nil), ("m@\u{661}", nil), ("m@", nil), ("m@1@2", nil), ("@1", nil),
    ])
    func referencesNameOneVersion(_ text: String, _ selector: ModelReference.Selector?) {
        #expect(ModelReference(text)?.selector == selector)
    }

    /// What a form of a page elsewhere can send, or `fetch` of a blob without a type, is not JSON.
    @Test(arguments: [
        (nil, false), ("", false), (";", false), ("text/plain", false), ("application/x-www-form-urlencoded", false),
        ("multipart/form-data; boundary=x", false), ("text/plain; application/json", false), ("application/json", true),
        ("Application/JSON ; charset=utf-8", true), ("application/jsonp", false),
    ])
    func aBodySaysThatItIsJSON(_ type: String?, _ isRead: Bool) {
        var head = HTTPRequest(method: .post, scheme: nil, authority: "localhost", path: "/train")
        head.headerFields[.contentType] = type
        let request = Request(head: head, path: "/train")
        do {
            try BodyReader.checkJSON(request)
            #expect(isRead)
        } catch let RequestError.unsupportedMediaType(found, accepted) {
            #expect(!isRead && found == type ?? "" && accepted == ["application/json"])
        } catch {
            Issue.record("\(error)")
        }
    }
}
