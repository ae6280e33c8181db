import System

/// Floats at a 64-byte boundary, zero when made; the storage of every parameter, gradient and activation.
///
/// - Note: A class, so that a layer and its workspace can share one allocation; who may write is decided by the owner.
// SAFETY: the pointer is owned for the object's lifetime; owners hand a buffer to one thread at a time, or read only.
package final class AlignedBuffer: @unchecked Sendable {
    /// The number of floats.
    package let count: Int
    /// The first float; valid while the buffer lives.
    package let pointer: UnsafeMutablePointer<Float>

    /// Zeros.
    ///
    /// - Precondition: `count` is not negative.
    package init(count: Int) {
        precondition(count >= 0, "a buffer of \(count) floats")
        self.count = count
        let bytes = max(count, 1) * MemoryLayout<Float>.stride
        let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        pointer = raw.bindMemory(to: Float.self, capacity: max(count, 1))
        // Memory of the system is made as it is touched, which takes longer than the zeros.
        let atATime = WorkerThread.bytesAtATime / MemoryLayout<Float>.stride
        for start in stride(from: 0, to: max(count, 1), by: atATime) {
            let length = min(atATime, max(count, 1) - start)
            (pointer + start).initialize(repeating: 0, count: length)
            WorkerThread.worked(MemoryLayout<Float>.stride * length)
        }
    }

    /// A copy of `values`.
    package convenience init(_ values: [Float]) {
        self.init(count: values.count)
        for (index, value) in values.enumerated() { pointer[index] = value }
    }

    deinit { pointer.deallocate() }

    /// One float, checked.
    ///
    /// - Precondition: `index` is below `count`.
    package subscript(index: Int) -> Float {
        get {
            precondition(index >= 0 && index < count, "float \(index) of \(count)")
            return pointer[index]
        }
        set {
            precondition(index >= 0 && index < count, "float \(index) of \(count)")
            pointer[index] = newValue
        }
    }

    /// Sets every float to 0.
    package func zero() { pointer.update(repeating: 0, count: max(count, 1)) }

    /// A buffer of its own with the same floats.
    package func copy() -> AlignedBuffer {
        let other = AlignedBuffer(count: count)
        other.pointer.update(from: pointer, count: count)
        return other
    }

    /// Takes over the values of a buffer of the same length.
    package func assign(from other: AlignedBuffer) {
        precondition(count == other.count, "\(other.count) floats into \(count)")
        pointer.update(from: other.pointer, count: count)
    }

    /// The floats, copied.
    package var array: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }
}
