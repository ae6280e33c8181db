import HTTP1

/// What a connection's machine finds, in the words of the server.
extension HTTPServerError {
    init(_ refusal: ConnectionMachine.Refusal) {
        switch refusal {
        case .fault(let fault): self = .protocolFault(fault)
        case .slowHead: self = .timeout(what: "head")
        }
    }

    init(_ failure: ConnectionMachine.ContentFailure) {
        switch failure {
        case .fault(let fault): self = .protocolFault(fault)
        case .tooLarge(let limitBytes): self = .bodyTooLarge(limitBytes: limitBytes)
        case .tooSlow: self = .timeout(what: "body")
        case .unread: self = .misuse(detail: "the body is read after the response")
        }
    }
}

extension FailureReason {
    /// That of a request which has no answer when its connection closes.
    init(_ reason: ConnectionMachine.CloseReason) {
        switch reason {
        case .finished, .clientGone: self = .clientGone
        case .writeStall: self = .writeStall
        case .slowReader: self = .slowReader
        case .stopped: self = .stopped
        }
    }
}
