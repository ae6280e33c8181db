/// With which codes `rondo serve` ends; those of sysexits.h where it has one. What a supervisor should do is in
/// docs/operations.md.
enum ServerExit {
    /// Something outside is not there that may come: the address is taken, the data directory cannot be used
    /// (EX_UNAVAILABLE).
    static let unavailable: Int32 = 69
    /// Durable state could not be written (EX_SOFTWARE): the next process resumes.
    static let software: Int32 = 70
    /// A setting or a file it names is wrong, and will be at the next start (EX_CONFIG).
    static let configuration: Int32 = 78

    /// A signal that ended the process, as shells count.
    static func signal(_ number: Int32) -> Int32 { 128 + number }
}
