import HTTP1
import HTTPTypes

/// What followed from some time, and after how many seconds.
struct Passed: Equatable {
    let actions: [String]
    let after: Double

    init(_ actions: [String], _ after: Double) {
        self.actions = actions
        self.after = after
    }
}

/// A connection's machine with a clock of the test's own. Each event gives the actions that follow, as short text.
struct MachineRun {
    var machine: ConnectionMachine
    var now = 1000.0
    /// Of responses, not yet taken by the socket.
    var pendingBytes = 0

    static let get = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"
    static let chunkedHead = "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"

    static func post(_ length: Int, _ field: String = "") -> String {
        "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: \(length)\r\n\(field)\r\n"
    }

    init(isEncrypted: Bool = false, _ configure: (inout HTTPLimits) -> Void = { _ in }) {
        var limits = HTTPLimits()
        configure(&limits)
        machine = ConnectionMachine(limits: limits, isEncrypted: isEncrypted, now: now)
    }

    /// After `text` has come to a plain connection.
    init(_ text: String, _ configure: (inout HTTPLimits) -> Void = { _ in }) {
        self.init(configure)
        receive(text)
    }

    /// Carries out what follows until the machine waits.
    @discardableResult mutating func settle() -> [String] {
        var actions: [String] = []
        while true {
            let action = machine.next(now: now, pendingBytes: pendingBytes)
            guard action != .wait else { return actions }
            actions.append(Self.text(action))
            guard actions.count < 10_000 else { return actions }
        }
    }

    @discardableResult mutating func event(_ change: (inout ConnectionMachine) -> Void) -> [String] {
        change(&machine)
        return settle()
    }

    @discardableResult mutating func receive(_ text: String) -> [String] {
        receive(Array(text.utf8))
    }

    @discardableResult mutating func receive(_ bytes: [UInt8]) -> [String] {
        bytes.withUnsafeBytes { machine.receive($0) }
        return settle()
    }

    @discardableResult mutating func endHandshake() -> [String] { event { [now] in $0.endHandshake(now: now) } }
    @discardableResult mutating func endInput() -> [String] { event { [now] in $0.endInput(now: now) } }
    @discardableResult mutating func stop() -> [String] { event { [now] in $0.stop(now: now) } }
    @discardableResult mutating func finish() -> [String] { event { $0.finish() } }
    @discardableResult mutating func close(_ reason: ConnectionMachine.CloseReason) -> [String] {
        event { $0.close(reason) }
    }
    @discardableResult mutating func endResponse() -> [String] { event { $0.endResponse() } }
    @discardableResult mutating func cutResponse() -> [String] { event { $0.cutResponse() } }
    @discardableResult mutating func holdContent() -> [String] { event { $0.holdContent() } }
    @discardableResult mutating func wantContent(_ request: Int) -> [String] {
        event { $0.wantContent(request: request) }
    }

    /// A whole response, or with `lengthBytes` nil the head of a stream.
    @discardableResult mutating func respond(_ status: Int = 200, lengthBytes: Int? = 5, asksToClose: Bool = false)
        -> [String]
    {
        event {
            $0.startResponse($0.planResponse(status: status, lengthBytes: lengthBytes, asksToClose: asksToClose))
        }
    }

    /// Time passes in ticks of half a second while the client takes `bytesPerSecond` of what is owed.
    ///
    /// - Returns: the actions that followed, and after how many seconds the first did.
    @discardableResult mutating func pass(
        _ seconds: Double, bytesPerSecond: Int = 0, owedBytes: Int = 0, isBroken: Bool = false
    ) -> Passed {
        let start = now
        var progress = now
        while now - start < seconds {
            now += 0.5
            if bytesPerSecond > 0 { progress = now }
            let actions = event { [self] in
                $0.tick(
                    now: now, elapsedSeconds: 0.5,
                    ConnectionMachine.Output(
                        pendingBytes: pendingBytes, takenBytes: bytesPerSecond / 2, owedBytes: owedBytes,
                        progressSeconds: progress, isBroken: isBroken))
            }
            if !actions.isEmpty { return Passed(actions, now - start) }
        }
        return Passed([], now - start)
    }

    private static func text(_ action: ConnectionMachine.Action) -> String {
        switch action {
        case .wait: "wait"
        case .begin(let head): "begin \(head.target.path)"
        case .refuse(.fault(let fault)): "refuse \(fault.status.code)"
        case .refuse(.slowHead): "refuse slow head"
        case .deliver(let bytes): "deliver \(String(decoding: bytes, as: UTF8.self))"
        case .endContent: "end content"
        case .failContent(.fault(let fault)): "fail content \(fault.status.code)"
        case .failContent(.tooLarge(let limit)): "fail content over \(limit)"
        case .failContent(.tooSlow): "fail content too slow"
        case .failContent(.unread): "fail content unread"
        case .sendContinue: "send 100"
        case .endOutput: "end output"
        case .halfClose: "half-close"
        case .close(let reason): "close \(reason)"
        }
    }
}
