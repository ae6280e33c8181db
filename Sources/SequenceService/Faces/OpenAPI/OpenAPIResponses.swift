import JSON

/// Answers that many operations have in common.
enum OpenAPIResponses {
    /// What may happen to any request: its query, its origin, its acceptable codings, its size, its host.
    private static let ofAll = [400, 403, 406, 413, 414, 421, 431, 500]
    /// Of routes that need a key and have their share of requests.
    private static let ofShared = [401, 429, 503]
    /// Of requests with content.
    private static let ofContent = [408, 411, 415]

    /// Of the HTTP server itself, before or beside any face.
    static let ofServer: Set<Int> = [400, 401, 403, 406, 408, 411, 413, 414, 421, 429, 431, 503]

    /// The statuses of an operation's errors, in order.
    static func statuses(hasRole: Bool, hasContent: Bool, own: [Int]) -> [Int] {
        Set(ofAll + (hasRole ? ofShared : []) + (hasContent ? ofContent : []) + own).sorted()
    }

    /// What a status means here.
    static func text(_ status: Int) -> String {
        switch status {
        case 400: "The framing, a query parameter or the JSON of the body does not read."
        case 401: "No key, or none that is valid."
        case 403: "The key's role is too low, a web page of another origin asks, or the server takes no changes."
        case 404: "There is no such object, or it is another tenant's."
        case 406: "Neither gzip nor identity is acceptable, or none of the types of the answer."
        case 408: "The head or the body came too slowly."
        case 409: "The request does not fit the state of its object."
        case 411: "The content has no length."
        case 413: "The content is longer than the limit."
        case 414: "The request line is longer than the limit."
        case 415: "The content's type or coding is not read."
        case 421: "The host is not a name of this server."
        case 422: "It reads, and its meaning has faults; nothing was done."
        case 429: "The client's share is used up."
        case 431: "The head is longer than the limit."
        case 500: "The server failed; `id` names the line in its log."
        case 503: "A queue or the memory of requests is full, or the server starts or stops."
        case 504: "The answer was not there within the request's `timeout_ms`."
        case 507: "The disk of the data directory is full."
        default: "An error."
        }
    }
}
