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
        let exchange = Exchange(
            id: core.requestID(for: head.request), minorVersion: head.minorVersion, isHead: head.request.method == .head
        )
        self.exchange = exchange
        observe(head, exchange)
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
            exchange.observation?.route = endpoint.metrics
            do throws(HTTPServerError) {
                let request = try accept(head, endpoint, parameters, exchange)
                switch endpoint.handling {
                case .inTask(let handler, let staysOnLoop):
                    run(handler, request, exchange, staysOnLoop: staysOnLoop && isShort(head))
                case .onLoop(let handler): answer(handler, request, exchange)
                }
            } catch {
                refuse(exchange, error)
            }
        }
    }

    /// Answers without a handler, and counts why.
    private func refuse(_ exchange: Exchange, _ error: HTTPServerError) {
        exchange.observation?.failure = FailureReason(error)
        respond(exchange, group.core.response(to: error, id: exchange.id))
    }

    /// Whatever can be refused of a request before its content is read, in this order.
    private func accept(
        _ head: RequestHead, _ endpoint: Router.Endpoint, _ parameters: [String: String], _ exchange: Exchange
    ) throws(HTTPServerError) -> Request {
        try admit(head.request, to: endpoint, exchange)
        guard head.isLengthKnown || !endpoint.needsContent else { throw .lengthRequired }
        machine.bodyBytesMax = endpoint.bodyBytesMax ?? limits.bodyBytesMax
        if case .length(let length) = head.framing, length > machine.bodyBytesMax {
            throw .bodyTooLarge(limitBytes: machine.bodyBytesMax)
        }
        exchange.accepted = try ContentCoding.ofResponse(head.request.headerFields)
        return try makeRequest(head, exchange, parameters)
    }

    /// - Throws: `.unsupportedCoding`.
    private func makeRequest(
        _ head: RequestHead, _ exchange: Exchange, _ parameters: [String: String]
    ) throws(HTTPServerError) -> Request {
        let body: RequestBody
        var fields = head.request
        if machine.content == .complete {
            body = .empty
        } else {
            let number = machine.requestCount
            body = RequestBody(
                bufferBytesMax: limits.bodyBufferBytesMax, announcesFirstRead: machine.content == .expected,
                decompressor: try decompressor(for: fields.headerFields)
            ) { [self] in group.loop.execute { self.contentIsWanted(number) } }
            // The handler reads the content as it was before it was coded.
            fields.headerFields[.contentEncoding] = nil
            exchange.body = body
        }
        return Request(
            head: fields, path: head.target.path, query: head.target.query.map { ($0.name, $0.value) },
            parameters: parameters, body: body, id: exchange.id, peer: peer, caller: exchange.caller)
    }

    private func contentIsWanted(_ number: Int) {
        machine.wantContent(request: number)
        act()
    }

    /// Answers here and now. What has to be coded goes off the loop.
    private func answer(_ handler: Router.ImmediateHandler, _ request: Request, _ exchange: Exchange) {
        let response: Response
        do {
            response = try handler(request)
        } catch {
            response = group.core.response(to: error, id: request.id)
        }
        guard coder(for: exchange).leaves(response) else {
            return run({ _ in response }, request, exchange, staysOnLoop: false)
        }
        respond(exchange, response)
    }

    /// Whether what is read and made of the content takes no longer than what else a loop does for a request.
    private func isShort(_ head: RequestHead) -> Bool {
        guard case .length(let length) = head.framing else { return false }
        return length <= Self.shortBytesMax && head.request.headerFields[.contentEncoding] == nil
    }

    private static var shortBytesMax: Int { 4 * 1024 }

    /// Runs the handler in a task of its own, off the loop or on it.
    private func run(
        _ handler: @escaping Router.Handler, _ request: Request, _ exchange: Exchange, staysOnLoop: Bool
    ) {
        exchange.task = Task(executorPreference: staysOnLoop ? group.executor : nil) { [self] in
            let plain: Response
            do {
                plain = try await handler(request)
            } catch {
                plain = group.core.response(to: error, id: request.id)
            }
            let (response, compressor) =
                if !staysOnLoop {
                    await code(plain, exchange)
                } else if coder(for: exchange).leaves(plain) {
                    (plain, GzipCompressor?.none)
                } else {
                    await withTaskExecutorPreference(globalConcurrentExecutor) { await code(plain, exchange) }
                }
            guard case .stream(let produce) = response.body, !exchange.isHead,
                ResponsePlan.hasContent(status: response.status.code)
            else {
                group.loop.perform { self.respond(exchange, response) }
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
        guard exchange === self.exchange, machine.awaitsResponse else { return }
        group.core.logger.debug(
            "response",
            metadata: ["status": .stringConvertible(response.status.code), "request_id": "\(exchange.id)"])
        let plan = machine.planResponse(
            status: response.status.code, lengthBytes: response.body.lengthBytes,
            asksToClose: response.headers[.connection]?.lowercased() == "close")
        var content: [UInt8] = []
        if plan.sends == .whole, case .bytes(let bytes) = response.body { content = bytes }
        var output: [UInt8] = []
        output.reserveCapacity(384 + min(content.count, Self.joinedBytesMax))
        do {
            try ResponseEncoder.appendHead(
                status: response.status, fields: response.headers, framing: plan.framing, keepAlive: plan.keepAlive,
                minorVersion: plan.minorVersion, to: &output
            ) { group.appendCommonFields(of: exchange, fields: response.headers, to: &$0) }
        } catch {
            group.core.logger.error(
                "a response field cannot be sent", metadata: ["field": "\(error.name)", "request_id": "\(exchange.id)"])
            if plan.sends == .stream { return abortStream(exchange, error) }
            return respond(exchange, Response(status: .internalServerError))
        }
        machine.startResponse(plan)
        exchange.observation?.status = response.status.code
        exchange.observation?.responseBytes = output.count + content.count
        if content.count <= Self.joinedBytesMax {
            output.append(contentsOf: content)
            send(output)
        } else {
            send(output)
            send(content)
        }
        // Before the client can know: what it asks next finds this request counted.
        if plan.sends != .stream { end(exchange) }
        stream.flush()
        act()
    }

    /// Content up to this size is copied behind its head; larger content is sent by one writev with it.
    private static var joinedBytesMax: Int { 16 * 1024 }

    /// The response is wholly given to the stream.
    private func end(_ exchange: Exchange, _ failure: FailureReason? = nil) {
        noteEnd(exchange, failure)
        exchange.writer = nil
        exchange.task = nil
    }

    private func flushWriter(_ exchange: Exchange) {
        guard exchange === self.exchange, let writer = exchange.writer else { return }
        writePending(of: writer, exchange)
        stream.flush()
    }

    /// Hands what the writer holds to the stream.
    private func writePending(of writer: BodyWriter, _ exchange: Exchange) {
        let bytes = writer.takePending()
        if exchange.observation?.firstEventSeconds == nil, !bytes.isEmpty {
            exchange.observation?.firstEventSeconds = Clock.monotonicSeconds() - exchange.startSeconds
        }
        exchange.observation?.responseBytes += bytes.count
        send(bytes)
    }

    private func endStream(_ exchange: Exchange) {
        guard exchange === self.exchange, let writer = exchange.writer else { return }
        writePending(of: writer, exchange)
        if exchange.minorVersion > 0 { send(ResponseEncoder.lastChunk) }
        machine.endResponse()
        end(exchange)
        writer.fail(.misuse(detail: "a write after the end of the response"))
        stream.flush()
        act()
    }

    /// Cuts the connection.
    private func abortStream(_ exchange: Exchange, _ error: any Error) {
        guard exchange === self.exchange else { return }
        group.core.logger.error(
            "a streamed response failed", metadata: ["error": "\(error)", "request_id": "\(exchange.id)"])
        if let writer = exchange.writer { writePending(of: writer, exchange) }
        machine.cutResponse()
        end(exchange, .streamFailed)
        stream.flush()
        act()
    }
}

extension ResponseBody {
    /// Nil for a stream.
    fileprivate var lengthBytes: Int? {
        switch self {
        case .empty: 0
        case .bytes(let bytes): bytes.count
        case .stream: nil
        }
    }
}
