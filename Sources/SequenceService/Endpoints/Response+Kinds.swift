package import HTTPServer
package import HTTPTypes
package import JSON

extension Response {
    package static func json(_ json: JSONValue, status: HTTPResponse.Status = .ok) -> Response {
        var bytes: [UInt8] = []
        json.encoded(into: &bytes)
        bytes.append(UInt8(ascii: "\n"))
        var headers = HTTPFields()
        headers[.contentType] = "application/json"
        return Response(status: status, headers: headers, body: .bytes(bytes))
    }

    package static func text(_ text: String, contentType: String) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = contentType
        return Response(status: .ok, headers: headers, body: .bytes(Array(text.utf8)))
    }

    package static var noContent: Response { Response(status: .noContent, headers: HTTPFields(), body: .empty) }
}
