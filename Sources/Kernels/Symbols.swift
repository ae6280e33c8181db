/// Symbols side by side that somebody else owns; see `Matrix`.
// SAFETY: whoever makes a view keeps the symbols alive while the view is used.
package struct Symbols {
    /// The number of symbols.
    package let count: Int
    @usableFromInline let pointer: UnsafePointer<Int32>

    /// A view of `count` symbols that start at `pointer`.
    @inlinable @inline(__always)
    package init(_ pointer: UnsafePointer<Int32>, count: Int) {
        self.count = count
        self.pointer = pointer
        assert(count >= 0, "a view of \(count) symbols")
    }

    /// One symbol.
    @inlinable @inline(__always)
    package subscript(index: Int) -> Int {
        assert(index >= 0 && index < count, "symbol \(index) of \(count)")
        return Int(pointer[index])
    }

    /// `count` symbols from symbol `first` on.
    @inlinable @inline(__always)
    package func elements(from first: Int, count: Int) -> Symbols {
        assert(first >= 0 && count >= 0 && first + count <= self.count, "\(first) + \(count) of \(self.count)")
        return Symbols(pointer + first, count: count)
    }
}
