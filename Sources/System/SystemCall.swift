/// What a system call on a non-blocking descriptor gave.
@frozen @usableFromInline
package enum CallResult {
    /// Its result, zero or more.
    case value(Int)
    /// EAGAIN: nothing can be done now.
    case wouldBlock
    /// Another errno.
    case failure(Int32)
}

/// The one wrapper of system calls: EINTR is retried, would-block is a value, EBADF and EFAULT are bugs of ours
/// (a descriptor used after its close, which may by then belong to someone else) and stop the process.
///
/// - Parameter body: makes the call; a result below zero means that errno says why.
@inlinable @inline(__always)
package func systemCall<Value: FixedWidthInteger>(_ body: () -> Value) -> CallResult {
    while true {
        let value = body()
        if value >= 0 { return .value(Int(value)) }
        if let failure = failureOfLastCall() { return failure }
    }
}

/// `systemCall` on a file, which may wait: every failure is an error that names the file.
///
/// - Parameters:
///   - operation: a verb and more, as in "cannot … PATH".
///   - path: the file.
///   - body: makes the call; a result below zero means that errno says why.
/// - Throws: `FileError.notFound` for ENOENT, else `io`.
@discardableResult
package func fileCall<Value: FixedWidthInteger>(
    _ operation: String, _ path: String, _ body: () -> Value
) throws(FileError) -> Value {
    switch systemCall(body) {
    case .value(let value): return Value(value)
    case .wouldBlock: throw .io(operation: operation, path: path, errno: EAGAIN)
    case .failure(ENOENT): throw .notFound(path: path)
    case .failure(let code): throw .io(operation: operation, path: path, errno: code)
    }
}

/// What errno says of the call just made; nil: it is to be made again.
@usableFromInline
package func failureOfLastCall() -> CallResult? {
    let code = errno
    switch code {
    case EINTR: return nil
    case EAGAIN: return .wouldBlock  // EWOULDBLOCK is the same number on Linux
    case EBADF, EFAULT: preconditionFailure("system call on a bad descriptor or address, errno \(code)")
    default: return .failure(code)
    }
}

/// An errno in words, with its number.
package func errorText(_ code: Int32) -> String { "\(String(cString: strerror(code))) (errno \(code))" }
