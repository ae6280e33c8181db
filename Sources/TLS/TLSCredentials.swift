import System
import Synchronization

/// A server's certificate and key, replaced while it runs: sessions under way keep the old ones, new ones get the new.
package final class TLSCredentials: Sendable {
    private struct State {
        var context: TLSContext
        var stamp: TLSFiles.Stamp
    }

    /// Where they are read from.
    package let files: TLSFiles
    private let state: Mutex<State>

    /// - Throws: `TLSError.file` or `.keyMismatch`, naming the file.
    package init(files: TLSFiles) throws(TLSError) {
        self.files = files
        let stamp = TLSFiles.Stamp(files)
        state = Mutex(State(context: try TLSContext(server: files), stamp: stamp))
    }

    /// Reads the files again.
    ///
    /// - Throws: as `init`; the old certificate then stays in use.
    package func reload() throws(TLSError) {
        // The stamp first: a change while the files are read is seen by the next check.
        let stamp = TLSFiles.Stamp(files)
        let result: Result<TLSContext, TLSError>
        do throws(TLSError) {
            result = .success(try TLSContext(server: files))
        } catch {
            result = .failure(error)
        }
        state.withLock { state in
            state.stamp = stamp  // broken files are read again once they change, not at every check
            if case .success(let context) = result { state.context = context }
        }
        _ = try result.get()
    }

    /// Reads the files again if one of them is another than at the last time.
    ///
    /// - Returns: whether they were read.
    /// - Throws: as `reload`.
    package func reloadIfChanged() throws(TLSError) -> Bool {
        let stamp = TLSFiles.Stamp(files)
        guard state.withLock({ $0.stamp != stamp }) else { return false }
        try reload()
        return true
    }

    /// What an operator should know of a certificate that is used all the same; nil if nothing.
    ///
    /// - Parameter nowSeconds: the time, seconds since 1970.
    package func warning(nowSeconds now: Int = time(nil)) -> String? {
        let context = context
        if let end = context.notAfterSeconds, end <= now {
            return "\(files.certificate): the certificate expired \((now - end) / 86_400) days ago"
        }
        if let end = context.notAfterSeconds, end < now + 14 * 86_400 {
            return "\(files.certificate): the certificate expires in \((end - now) / 86_400) days"
        }
        if let start = context.notBeforeSeconds, start > now {
            return "\(files.certificate): the certificate is not valid yet"
        }
        return nil
    }

    var context: TLSContext { state.withLock { $0.context } }
}
