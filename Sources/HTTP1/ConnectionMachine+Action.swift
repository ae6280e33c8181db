extension ConnectionMachine {
    /// What the connection has to do.
    package enum Action: Sendable, Equatable {
        /// Nothing, until something happens.
        case wait
        /// A request has come: find its handler, and answer by `startResponse`.
        case begin(RequestHead)
        /// Answer without a handler, by `startResponse`: there is no request.
        case refuse(Refusal)
        /// Content for the handler, decoded; never empty. Say `holdContent` if it has enough for now.
        case deliver([UInt8])
        /// The handler has all of the content.
        case endContent
        /// No more content comes to the handler.
        case failContent(ContentFailure)
        /// Send 100 (Continue), RFC 9110 15.2.1.
        case sendContinue
        /// Nothing is sent behind what was: drop the exchange, if there is one, and say so where a layer can
        /// (close_notify, RFC 8446 6.1).
        case endOutput
        /// Everything is sent: send FIN.
        case halfClose
        /// Close the descriptor and drop everything; the last action.
        case close(CloseReason)
    }

    /// Why there is an answer without a request.
    package enum Refusal: Sendable, Equatable {
        /// The head is wrong.
        case fault(ProtocolFault)
        /// The head did not come in `headSeconds`: 408 (RFC 9110 15.5.9).
        case slowHead
    }

    /// Why content ends before its end.
    package enum ContentFailure: Sendable, Equatable {
        /// Its framing is wrong.
        case fault(ProtocolFault)
        /// It is longer than the route takes.
        case tooLarge(limitBytes: Int)
        /// It comes below the least rate.
        case tooSlow
        /// The response is complete, so nobody reads it.
        case unread
    }

    /// Why a connection closes.
    package enum CloseReason: Sendable, Equatable {
        /// Both sides have said all, or nothing that the other would understand is left to say.
        case finished
        /// The client left, or the connection broke.
        case clientGone
        /// The client takes no bytes of a response (`writeStallSeconds`).
        case writeStall
        /// The client takes a response more slowly than the least rate (`responseGraceSeconds`).
        case slowReader
        /// Forced.
        case stopped

        /// Whether the kernel is to drop what it still holds for the client.
        package var resets: Bool { self == .writeStall || self == .slowReader }
    }
}
