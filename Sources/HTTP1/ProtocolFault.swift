package import HTTPTypes

/// A request that cannot be served because of how it is framed or written.
///
/// Nothing after a fault is parsed: the connection answers `status` and closes.
package struct ProtocolFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// What to answer: 400, 408, 411, 413, 414, 417, 431, 501 or 505.
    package let status: HTTPResponse.Status
    /// What is wrong, for the client; holds no bytes of the request.
    package let detail: String

    /// A fault answered by `status`.
    package init(_ status: HTTPResponse.Status, _ detail: String) {
        self.status = status
        self.detail = detail
    }

    static func bad(_ detail: String) -> ProtocolFault { ProtocolFault(.badRequest, detail) }

    package var description: String { "\(status.code): \(detail)" }
}
