import Kernels
import Synchronization
import System
import Testing

@Suite struct PieceTests {
    /// A product that takes milliseconds lets others run between its parts; without a niceness, nobody.
    @Test(arguments: [(nil, false), (0, true), (10, true)] as [(Int32?, Bool)])
    func aLongProductIsDoneInPieces(niceness: Int32?, isInterrupted: Bool) {
        let (rows, depth, columns) = (768, 768, 1024)
        let ended = Mutex(0)
        WorkerThread(name: "pieces", niceness: niceness) {
            let a = AlignedBuffer(count: rows * depth), b = AlignedBuffer(count: depth * columns)
            let c = AlignedBuffer(count: rows * columns), scratch = AlignedBuffer(count: Product.scratchCount)
            let packed = PackedMatrix(depth: depth, columns: columns)
            packed.packRows(b.pointer)
            let before = WorkerThread.piecesEnded
            Product.multiply(
                rows: rows, a.pointer, rowStride: depth, by: packed, start: .zero, into: c.pointer, ldc: columns,
                scratch: scratch)
            ended.withLock { $0 = WorkerThread.piecesEnded - before }
        }
        .join()
        // 1.2 billion operations: more than five pieces of a tenth of a millisecond on any processor.
        #expect(isInterrupted ? ended.withLock { $0 } > 5 : ended.withLock { $0 } == 0)
    }

    /// A thread without a niceness does one piece of its work so, and the next not.
    @Test func workWithinPiecesIsInterrupted() {
        let ended = Mutex((0, 0))
        @Sendable func work() -> Int {
            let before = WorkerThread.piecesEnded, until = Clock.monotonicSeconds() + 5e-3
            while Clock.monotonicSeconds() < until { WorkerThread.worked(1 << 18) }
            return WorkerThread.piecesEnded - before
        }
        WorkerThread(name: "pieces") {
            let inside = WorkerThread.inPieces(work), after = work()
            ended.withLock { $0 = (inside, after) }
        }
        .join()
        #expect(ended.withLock { $0.0 } > 5 && ended.withLock { $0.1 } == 0)
    }

    /// So do the indices of a fork that are many and short, on the caller's thread and on the pool's.
    @Test(arguments: [1, 2])
    func shortIndicesAreDoneInPieces(threads: Int) {
        let ended = Mutex(0)
        WorkerThread(name: "pieces", niceness: 0) {
            let pool = ComputePool(threads: threads, niceness: 0)
            pool.forEach(2_000) { _ in
                let until = Clock.monotonicSeconds() + 10e-6
                while Clock.monotonicSeconds() < until {}
            }
            ended.withLock { $0 = WorkerThread.piecesEnded }
        }
        .join()
        #expect(ended.withLock { $0 } > 5)
    }
}
