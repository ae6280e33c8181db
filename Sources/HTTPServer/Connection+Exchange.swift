import Compression
import HTTP1
import HTTPTypes
import Logging
import Sockets
import Synchronization
import System

/// From a request's head to the last byte of its response.
extension Connection {
    /// Routes a request and starts its handler, or answers without one.
    func begin(_ head: RequestHead) {
        let core = group.core
        core.requests.add(1, ordering: .relaxed)
        requestCount += 1
        deadlineSeconds = .infinity
        hasPartialHead = false
        bodyWindowBytes = 0
        bodyWindowSeconds = 0
        discardedBytes = 0
        let exchange = Exchange(
            id: core.requestID(for: head.request), minorVersion: head.minorVersion,
            isHead: head.request.method == .head,
            keepAlive: head.keepAlive && requestCount < limits.requestsPerConnectionMax,
            owesContinue: head.expectsContinue)
        phase = .exchanging
        self.exchange = exchange
        observe(head, exchange)
        exchange.isRequestComplete = head.framing == .length(0)
        if exchange.isRequestComplete { finishReading() }

        core.logger.debug(
            "request",
            metadata: [
                "method": "\(head.request.method.rawValue)", "path": "\(head.target.path)",
                "request_id": "\(exchange.id)",
            ])
        do throws(HTTPServerError) {
            try checkOrigin(head.request)
        } catch {
            return refuse(exchange, error)
        }
        switch core.router.match(head.request.method, path: head.target.path, segments: head.target.segments) {
        case .failure(let error): respond(exchange, core.response(to: error, id: exchange.id))
        case .options(let allow): respond(exchange, options(allow, head.request))
        case .found(let endpoint, let parameters):
            exchange.route = endpoint.metrics
            do throws(HTTPServerError) {
                run(endpoint.handler, try accept(head, endpoint, parameters, exchange), exchange)
            } catch {
                refuse(exchange, error)
            }
        }
    }

    /// Answers without a handler, and counts why.
    private func refuse(_ exchange: Exchange, _ error: HTTPServerError) {
        exchange.failure = FailureReason(error)
        respond(exchange, group.core.response(to: error, id: exchange.id))
    }

    /// Whatever can be refused of a request before its content is read, in this order.
    private func accept(
        _ head: RequestHead, _ endpoint: Router.Endpoint, _ parameters: [String: String], _ exchange: Exchange
    ) throws(HTTPServerError) -> Request {
        try admit(head.request, to: endpoint, exchange)
        guard head.isLengthKnown || !endpoint.needsContent else { throw .lengthRequired }
        reader.bodyBytesMax = endpoint.bodyBytesMax ?? limits.bodyBytesMax
        if case .length(let length) = head.framing, length > reader.bodyBytesMax {
            throw .bodyTooLarge(limitBytes: reader.bodyBytesMax)
        }
        (exchange.coding, exchange.isPlainAcceptable) = try ContentCoding.ofResponse(head.request.headerFields)
        return try makeRequest(head, exchange, parameters)
    }

    /// Consumes the reader's `.end` of a request without content.
    private func finishReading() {
        // Cannot fault: the head said that nothing follows.
        _ = try? reader.next()
    }

    /// - Throws: `.unsupportedCoding`.
    private func makeRequest(
        _ head: RequestHead, _ exchange: Exchange, _ parameters: [String: String]
    ) throws(HTTPServerError) -> Request {
        let body: RequestBody
        var fields = head.request
        if exchange.isRequestComplete {
            body = .empty
        } else {
            let number = requestCount
            body = RequestBody(
                bufferBytesMax: limits.bodyBufferBytesMax, announcesFirstRead: exchange.owesContinue,
                decompressor: try decompressor(for: fields.headerFields)
            ) { [self] in group.loop.execute { self.bodyIsWanted(number) } }
            // The handler reads the content as it was before it was coded.
            fields.headerFields[.contentEncoding] = nil
            exchange.body = body
        }
        return Request(
            head: fields, path: head.target.path, query: head.target.query.map { ($0.name, $0.value) },
            parameters: parameters, body: body, id: exchange.id, peer: peer, caller: exchange.caller)
    }

    /// The handler reads: 100 (Continue) if owed (RFC 9110 10.1.1), and on with the socket.
    private func bodyIsWanted(_ number: Int) {
        guard let exchange, number == requestCount, phase == .exchanging else { return }
        if exchange.owesContinue {
            exchange.owesContinue = false
            send(ResponseEncoder.continueHead)
            stream.flush()
        }
        guard exchange.isBodyPaused else { return }
        exchange.isBodyPaused = false
        process()
    }

    /// Runs the handler in a task of its own, off the loop.
    private func run(_ handler: @escaping Router.Handler, _ request: Request, _ exchange: Exchange) {
        exchange.task = Task { [self] in
            let plain: Response
            do {
                plain = try await handler(request)
            } catch {
                plain = group.core.response(to: error, id: request.id)
            }
            let (response, compressor) = await code(plain, exchange)
            guard case .stream(let produce) = response.body, Self.hasContent(response.status), !exchange.isHead else {
                group.loop.execute { self.respond(exchange, response) }
                return
            }
            await stream(response, produce, compressor, exchange)
        }
    }

    private func stream(
        _ response: Response, _ produce: @Sendable (BodyWriter) async throws -> Void, _ compressor: GzipCompressor?,
        _ exchange: Exchange
    ) async {
        let writer = BodyWriter(
            isChunked: exchange.minorVersion > 0, highWaterBytes: limits.writeHighWaterBytes,
            lowWaterBytes: limits.writeLowWaterBytes, compressor: compressor
        ) { [self] in
            group.loop.execute { self.flushWriter(exchange) }
        }
        group.loop.execute {
            // The client may have left before the loop knew of the writer.
            guard exchange === self.exchange else { return writer.fail(.clientGone) }
            // From here to the end of the exchange the two hold each other.
            exchange.writer = writer
            self.respond(exchange, response)
        }
        do {
            try await produce(writer)
            try await writer.finish()
            group.loop.execute { self.endStream(exchange) }
        } catch {
            group.loop.execute { self.abortStream(exchange, error) }
        }
    }

    // MARK: Responses (on the loop)

    /// Writes a response's head, and its content unless that is streamed.
    func respond(_ exchange: Exchange, _ response: Response) {
        guard exchange === self.exchange, phase == .exchanging else { return }
        group.core.logger.debug(
            "response", metadata: ["status": "\(response.status.code)", "request_id": "\(exchange.id)"])
        decideKeepAlive(exchange)
        if response.headers[.connection]?.lowercased() == "close" { exchange.keepAlive = false }
        var content: [UInt8] = []
        let isStream: Bool
        let framing: ResponseEncoder.Framing
        switch response.body {
        case .bytes(let bytes):
            isStream = false
            framing = Self.hasContent(response.status) ? .length(bytes.count) : .none
            if framing != .none, !exchange.isHead { content = bytes }
        case .empty:
            isStream = false
            framing = Self.hasContent(response.status) ? .length(0) : .none
        case .stream:
            isStream = Self.hasContent(response.status) && !exchange.isHead
            framing = !Self.hasContent(response.status) ? .none : exchange.minorVersion > 0 ? .chunked : .untilClose
            if framing == .untilClose { exchange.keepAlive = false }
        }
        var output: [UInt8] = []
        output.reserveCapacity(384 + min(content.count, Self.joinedBytesMax))
        do {
            try ResponseEncoder.appendHead(
                status: response.status, fields: response.headers, framing: framing, keepAlive: exchange.keepAlive,
                minorVersion: exchange.minorVersion, to: &output
            ) { group.appendCommonFields(of: exchange, fields: response.headers, to: &$0) }
        } catch {
            group.core.logger.error(
                "a response field cannot be sent", metadata: ["field": "\(error.name)", "request_id": "\(exchange.id)"])
            if isStream { return abortStream(exchange, error) }
            return respond(exchange, Response(status: .internalServerError))
        }
        if content.count <= Self.joinedBytesMax {
            output.append(contentsOf: content)
            send(output)
        } else {
            send(output)
            send(content)
        }
        exchange.status = response.status.code
        exchange.responseBytes = output.count + (content.count <= Self.joinedBytesMax ? 0 : content.count)
        // Before the client can know: what it asks next finds this request counted.
        if !isStream { noteEnd(exchange) }
        stream.flush()
        guard !isStream else { return }
        complete(exchange)
    }

    /// Content up to this size is copied behind its head; larger content is sent by one writev with it.
    private static var joinedBytesMax: Int { 16 * 1024 }

    /// RFC 9110 6.4.1: responses with these codes have no content.
    static func hasContent(_ status: HTTPResponse.Status) -> Bool {
        status.code >= 200 && status.code != 204 && status.code != 304
    }

    /// A request whose content was not read: a small rest is thrown away, else the connection closes.
    private func decideKeepAlive(_ exchange: Exchange) {
        if isStopping || exchange.isInputBroken { exchange.keepAlive = false }
        guard !exchange.isRequestComplete, exchange.writer == nil else { return }
        // After 100-continue was not answered by 100, the client may or may not send the content: ambiguous, close.
        guard !exchange.owesContinue, let left = reader.contentLengthLeft, left <= limits.discardBytesMax else {
            exchange.keepAlive = false
            return
        }
    }

    private func flushWriter(_ exchange: Exchange) {
        guard exchange === self.exchange, let writer = exchange.writer else { return }
        writePending(of: writer, exchange)
        stream.flush()
    }

    /// Hands what the writer holds to the stream.
    private func writePending(of writer: BodyWriter, _ exchange: Exchange) {
        let bytes = writer.takePending()
        if exchange.firstEventSeconds == nil, !bytes.isEmpty {
            exchange.firstEventSeconds = Clock.monotonicSeconds() - exchange.startSeconds
        }
        exchange.responseBytes += bytes.count
        send(bytes)
    }

    private func endStream(_ exchange: Exchange) {
        guard exchange === self.exchange, let writer = exchange.writer else { return }
        writePending(of: writer, exchange)
        if exchange.minorVersion > 0 { send(ResponseEncoder.lastChunk) }
        noteEnd(exchange)
        exchange.writer = nil
        writer.fail(.misuse(detail: "a write after the end of the response"))
        stream.flush()
        complete(exchange)
    }

    /// Cuts the connection: without a last chunk the client knows that the body is incomplete (RFC 9112 8).
    private func abortStream(_ exchange: Exchange, _ error: any Error) {
        guard exchange === self.exchange else { return }
        group.core.logger.error(
            "a streamed response failed", metadata: ["error": "\(error)", "request_id": "\(exchange.id)"])
        if let writer = exchange.writer { writePending(of: writer, exchange) }
        exchange.writer = nil
        exchange.keepAlive = false
        noteEnd(exchange, .streamFailed)
        stream.flush()
        guard phase == .exchanging else { return }
        closeAfterFlush()
    }

    /// The response is wholly given to the stream.
    private func complete(_ exchange: Exchange) {
        guard phase == .exchanging, exchange === self.exchange else { return }  // the write may have failed
        exchange.isResponseComplete = true
        exchange.task = nil
        if !exchange.isRequestComplete, exchange.keepAlive {
            exchange.isDiscarding = true
            exchange.isBodyPaused = false
            exchange.body?.fail(.misuse(detail: "the body is read after the response"))
        }
        finishIfComplete(exchange)
        process()
    }

    /// Ends the exchange once request and response are complete, or the response is and nothing more is wanted.
    func finishIfComplete(_ exchange: Exchange) {
        guard exchange.isResponseComplete, phase == .exchanging else { return }
        guard exchange.keepAlive else {
            exchange.body?.fail(.clientGone)
            return closeAfterFlush()
        }
        guard exchange.isRequestComplete else { return }
        self.exchange = nil
        phase = .reading
        deadlineSeconds = Clock.monotonicSeconds() + limits.idleSeconds
        if isStopping, reader.isAtStart { closeAfterFlush() }
    }
}
