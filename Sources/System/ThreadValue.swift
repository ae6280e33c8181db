/// An object that each thread has its own of; let go when the thread ends.
package final class ThreadValue<Value: AnyObject>: Sendable {
    private let key: pthread_key_t

    /// No thread has one yet. A process has about a thousand of these at most: for values of types, not of instances.
    package init() {
        var key = pthread_key_t()
        let code = pthread_key_create(&key) { object in
            // SAFETY: what stands there was retained by `value`, and a thread that ends is the only one to read it.
            if let object { Unmanaged<AnyObject>.fromOpaque(object).release() }
        }
        precondition(code == 0, "pthread_key_create failed with errno \(code)")
        self.key = key
    }

    /// That of the calling thread.
    package var value: Value? {
        get {
            // SAFETY: only `set` puts something there, and what it puts is retained.
            pthread_getspecific(key).map { Unmanaged<Value>.fromOpaque($0).takeUnretainedValue() }
        }
        set {
            if let old = pthread_getspecific(key) { Unmanaged<Value>.fromOpaque(old).release() }
            pthread_setspecific(key, newValue.map { UnsafeRawPointer(Unmanaged.passRetained($0).toOpaque()) })
        }
    }
}
