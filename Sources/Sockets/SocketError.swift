import System

/// A failed system call: which, and why.
package struct SocketError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was tried, such as `bind 127.0.0.1:80`.
    package let operation: String
    /// The value of errno, or 0 where the cause is not one.
    package let code: Int32

    /// An error of a system call, or with code 0 of the operation itself.
    package init(operation: String, code: Int32) {
        self.operation = operation
        self.code = code
    }

    package var description: String {
        code == 0 ? operation : "\(operation): \(String(cString: strerror(code))) (errno \(code))"
    }
}

/// `systemCall` for calls that do not wait: every failure is an error that names the operation.
func systemCall<Value: FixedWidthInteger>(_ operation: @autoclosure () -> String, _ body: () -> Value)
    throws(SocketError) -> Int
{
    switch systemCall(body) {
    case .value(let value): return value
    case .wouldBlock: throw SocketError(operation: operation(), code: EAGAIN)
    case .failure(let code): throw SocketError(operation: operation(), code: code)
    }
}
