package import HTTPServer
package import HTTPTypes
package import JSON

extension Response {
    /// An answer with a JSON body.
    package static func json(_ json: JSONValue, status: HTTPResponse.Status = .ok) -> Response {
        var bytes: [UInt8] = []
        json.encoded(into: &bytes)
        bytes.append(UInt8(ascii: "\n"))
        var headers = HTTPFields()
        headers[.contentType] = "application/json"
        return Response(status: status, headers: headers, body: .bytes(bytes))
    }

    /// An answer with a text in UTF-8.
    package static func text(_ text: String, contentType: String) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = contentType
        return Response(status: .ok, headers: headers, body: .bytes(Array(text.utf8)))
    }

    /// 204, without a body.
    package static var noContent: Response { Response(status: .noContent, headers: HTTPFields(), body: .empty) }
}
