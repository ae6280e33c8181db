import HTTPServer
import HTTPTypes

extension IdempotencyKey {
    private static let fieldName = HTTPField.Name("Idempotency-Key")

    /// What a request has as its key; nil where it has none.
    static func text(of request: Request) -> String? { fieldName.flatMap { request.head.headerFields[$0] } }
}
