/// What a fork does for each index: a value that the caller keeps until the join, so that a fork allocates nothing.
///
/// A closure that does not escape cannot be kept for other threads without a block of memory; a value can be pointed
/// to.
protocol ForkWork {
    func run(_ index: Int)
}

extension ForkWork {
    /// - Parameter address: of a value of this type.
    static func run(at address: UnsafeRawPointer, _ index: Int) {
        address.assumingMemoryBound(to: Self.self).pointee.run(index)
    }
}

/// A closure, made able to escape.
struct ClosureWork: ForkWork {
    let body: (Int) -> Void
    func run(_ index: Int) { body(index) }
}

/// A closure without captures, and what it works on.
struct ContextWork<Context>: ForkWork {
    let context: Context
    let body: (Context, Int) -> Void
    func run(_ index: Int) { body(context, index) }
}

/// The same for pieces of `length` (the last may be shorter) of 0 ..< total: (piece, its offset, its length).
struct PieceWork<Context>: ForkWork {
    let total: Int
    let length: Int
    let context: Context
    let body: (Context, Int, Int, Int) -> Void
    func run(_ index: Int) { body(context, index, index * length, min(length, total - index * length)) }
}
