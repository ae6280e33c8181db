import JSON
import TestSupport
import Testing

/// Cases of JSONTestSuite as bodies of requests: JSONTests has all of them.
@Suite(.serialized) struct StrictJSONTests {
    private static let head = Array("{\"model\":\"m\",\"sequences\":[[1,2,3]],\"metadata\":{\"x\":".utf8)

    @Test func whatIsNoJSONIsNoRequest() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        let refused: [(name: String, bytes: [UInt8])] = [
            ("n_array_extra_comma", Array("[\"\",]".utf8)), ("n_number_+1", Array("[+1]".utf8)),
            ("n_number_2.e3", Array("[2.e3]".utf8)), ("n_number_NaN", Array("[NaN]".utf8)),
            ("n_object_trailing_comment", Array("{\"a\":\"b\"}/**/".utf8)),
            ("n_object_unquoted_key", Array("{a: \"b\"}".utf8)),
            ("n_string_unescaped_newline", Array("[\"new\nline\"]".utf8)),
            ("n_structure_no_data", []), ("n_structure_lone-invalid-utf-8", [0xE5]),
            ("n_array_invalid_utf8", [0x5B, 0xFF, 0x5D]), ("n_structure_UTF8_BOM_no_data", [0xEF, 0xBB, 0xBF]),
            ("n_multidigit_number_then_00", Array("123\0".utf8)),
            ("n_structure_100000_opening_arrays", [UInt8](repeating: 0x5B, count: 100_000)),
            ("n_structure_open_array_object", Array(String(repeating: "[{\"\":", count: 50_000).utf8)),
            ("i_string_invalid_lonely_surrogate", Array("[\"\\ud800\"]".utf8)),
            ("i_number_pos_double_huge_exp", Array("[1.5e+9999]".utf8)),
            ("y_object_duplicated_key", Array("{\"a\":\"b\",\"a\":\"c\"}".utf8)),
        ]
        for (name, bytes) in refused {
            for path in ["/train?validate_only=true", "/predict"] {
                // Alone, and deep in an otherwise good request.
                for body in [bytes, Self.head + bytes + Array("}}".utf8)] {
                    let answer = try TestExchange(port: server.port, "POST", path, body, headers: []).whole()
                    #expect(
                        answer.status == 400 && answer.json["type"]?.asString == "/problems/malformed-json",
                        "\(name): \(answer.text)")
                    #expect(answer.json["detail"]?.asString?.hasPrefix("at byte ") == true, "\(name): \(answer.text)")
                }
            }
        }
        let accepted: [(name: String, text: String)] = [
            ("y_array_heterogeneous", "[null, 1, \"1\", {}]"), ("y_number_0e+1", "[0e+1]"),
            ("y_number_real_fraction_exponent", "[123.456e78]"), ("y_object_empty_key", "{\"\":0}"),
            ("y_string_accepted_surrogate_pair", "[\"\\uD801\\udc37\"]"), ("y_string_comments", "[\"a/*b*/c/*d//e\"]"),
            ("y_string_null_escape", "[\"\\u0000\"]"),
            ("y_string_unescaped_char_delete", "[\"\u{7F}\"]"), ("y_string_utf8", "[\"\u{20AC}\u{1D11E}\"]"),
            ("y_structure_whitespace_array", " [] "), ("i_number_real_underflow", "[123e-10000000]"),
        ]
        for (name, text) in accepted {
            let good = try server.request(
                "POST", "/train?validate_only=true", String(decoding: Self.head, as: UTF8.self) + text + "}}")
            #expect(good.status == 200, "\(name): \(good.text)")
            // Read as JSON, and then found to be no request.
            #expect(try server.request("POST", "/predict", text).status == 422, "\(name)")
        }
        #expect(server.stop() == 0)
    }
}
