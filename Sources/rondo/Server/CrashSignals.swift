import System

/// The last line of a process that a signal of its own doing ends: a trap of Swift (SIGILL or SIGTRAP), an invalid
/// access, `abort`.
///
/// Swift's own report (SWIFT_BACKTRACE) says more; where it is on, its handlers are left in place.
enum CrashSignals {
    private static let numbers = [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT]

    /// From now on such a signal writes a line to standard error before it ends the process as it would have done.
    static func report(isJSON: Bool) {
        for number in numbers {
            var present = sigaction()
            // A handler that is there already knows better: Swift's backtrace, a sanitizer's report.
            guard sigaction(number, nil, &present) == 0, !hasHandler(present) else { continue }
            if isJSON {
                signal(number) { CrashSignals.end($0, CrashSignals.json) }
            } else {
                signal(number) { CrashSignals.end($0, CrashSignals.text) }
            }
        }
    }

    /// What stands before and behind the signal's name.
    private typealias Line = (before: StaticString, behind: StaticString)
    private static var text: Line {
        ("critical the process ends: a fault of the program; please report it with the lines before signal=", "\n")
    }
    private static var json: Line {
        (
            """
            {"level":"critical","message":"the process ends: a fault of the program; please report it with the lines \
            before","signal":"
            """,
            "\"}\n"
        )
    }

    /// In a handler: only calls that are safe there (signal-safety(7)), and nothing that allocates.
    private static func end(_ number: Int32, _ line: Line) {
        write(line.before)
        write(name(number))
        write(line.behind)
        signal(number, SIG_DFL)
        raise(number)
    }

    private static func write(_ text: StaticString) {
        _ = Glibc.write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
    }

    private static func name(_ number: Int32) -> StaticString {
        switch number {
        case SIGILL: "SIGILL"
        case SIGTRAP: "SIGTRAP"
        case SIGSEGV: "SIGSEGV"
        case SIGBUS: "SIGBUS"
        case SIGFPE: "SIGFPE"
        default: "SIGABRT"
        }
    }

    private static func hasHandler(_ action: sigaction) -> Bool {
        action.__sigaction_handler.sa_handler != nil
    }
}
