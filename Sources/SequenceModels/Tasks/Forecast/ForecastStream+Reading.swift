/// How a forecast reads its history.
extension ForecastStream {
    /// The newest steps of the history, at most `context`, are read as in training from a zero state.
    private var historySteps: Int {
        guard resumed == nil, session == nil, progress.paths.isEmpty, subject.coldSteps == 0 else { return 0 }
        return min(history.steps - 1, Network.Memory.historySteps(of: context, before: horizon))
    }

    var unreadSteps: Int { unread?.steps ?? max(0, historySteps) }

    /// What a session has read is told before the first step.
    var readsInSteps: Bool { Network.Memory.readsInSteps && session == nil }

    func read(_ stepsMax: Int) {
        begin()
        unread?.read(stepsMax, into: memory, network)
        startPaths()
    }

    func warmUp() -> [any PredictionEvent] {
        if session != nil { return readSession() }
        begin()
        while unreadSteps > 0 { read(.max) }
        return []
    }

    /// Before the first step, of the history or of its own.
    func begin() {
        guard unread == nil else { return }
        progress.reserve(steps: horizon, keeping: keeping)
        let steps = max(0, historySteps)
        if let resumed {
            memory.restore(resumed)
            self.resumed = nil
        }
        var rows = [Float](repeating: 0, count: steps * width)
        rows.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            let first = history.steps - steps
            for t in 0..<steps { write(history, first + t, known: first + t, inputs, into: base + t * width) }
        }
        unread = UnreadHistory(.numbers(rows, width: width))
        startPaths()
    }

    /// When the history is read, unless they come from a state.
    func startPaths() {
        guard unreadSteps == 0, progress.paths.isEmpty, !isFinished else { return }
        let recent = session == nil ? history.tail(history.shape.reach) : history.recent()
        let start = ranks == nil ? recent : history.known(before: history.steps)
        progress.paths = [SeriesPath](repeating: start, count: ranks == nil ? rows : 1)
        progress.scores = [Double](repeating: 0, count: scoreCount)
    }
}
