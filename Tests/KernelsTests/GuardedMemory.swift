import Foundation
import Kernels
import System

/// Buffers between inaccessible pages: a kernel that reads or writes beyond the end (or before the start) of one ends
/// the process by a signal.
// SAFETY: used by one test at a time, which owns it.
final class GuardedMemory {
    /// Which end of each buffer lies directly at an inaccessible page.
    enum Edge: CaseIterable { case start, end }

    private static let pageBytes = Int(sysconf(Int32(_SC_PAGESIZE)))
    private static let slotBytes = 1 << 20
    private let edge: Edge
    private let base: UnsafeMutableRawPointer
    private let slots: Int
    private var used: [(start: UnsafeMutableRawPointer, bytes: Int)] = []

    init(edge: Edge, slots: Int = 64) {
        (self.edge, self.slots) = (edge, slots)
        let bytes = slots * (Self.slotBytes + Self.pageBytes) + Self.pageBytes
        let mapped = mmap(nil, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANON, -1, 0)
        guard let mapped, mapped != MAP_FAILED else { preconditionFailure("mmap of \(bytes) bytes: error \(errno)") }
        base = mapped
        for slot in 0..<slots {
            let status = mprotect(start(of: slot), Self.slotBytes, PROT_READ | PROT_WRITE)
            precondition(status == 0, "mprotect: error \(errno)")
        }
    }

    deinit { munmap(base, slots * (Self.slotBytes + Self.pageBytes) + Self.pageBytes) }

    private func start(of slot: Int) -> UnsafeMutableRawPointer {
        base + Self.pageBytes + slot * (Self.slotBytes + Self.pageBytes)
    }

    /// A copy of `values` in a buffer of exactly their size.
    func copy<Value>(_ values: [Value]) -> UnsafeMutablePointer<Value> {
        let bytes = values.count * MemoryLayout<Value>.stride
        precondition(
            used.count < slots - 1 && bytes <= Self.slotBytes, "\(bytes) bytes in slot \(used.count) of \(slots)")
        let slot = start(of: used.count)
        let place = edge == .start ? slot : slot + Self.slotBytes - bytes
        used.append((place, bytes))
        values.withUnsafeBytes { if let bytes = $0.baseAddress { place.copyMemory(from: bytes, byteCount: $0.count) } }
        return place.bindMemory(to: Value.self, capacity: values.count)
    }

    /// Reproducible floats of assorted magnitude, others for each buffer.
    func normal(_ count: Int, scale: Float = 1) -> UnsafeMutablePointer<Float> {
        let first = used.count * 1013
        return copy((0..<count).map { Self.draws[(first + $0) % Self.draws.count] * scale })
    }
    private static let draws: [Float] = {
        let source = CounterRandom(seed: 7, stream: 1)
        return (0..<16_381).map { Float(source.normal(UInt64($0))) }
    }()
    func zeros(_ count: Int) -> UnsafeMutablePointer<Float> { copy([Float](repeating: 0, count: count)) }

    /// Scratch of products, between such pages too; what it holds is nobody's result.
    private(set) lazy var scratch: UnsafeMutablePointer<Float> = {
        let count = Product.scratchCount
        let place = start(of: slots - 1) + (edge == .start ? 0 : Self.slotBytes - count * MemoryLayout<Float>.stride)
        return place.bindMemory(to: Float.self, capacity: count)
    }()

    /// The bytes of every buffer, as the kernels left them.
    var contents: [Data] { used.map { Data(bytes: $0.start, count: $0.bytes) } }

    /// Gives the buffers back.
    func reset() { used.removeAll(keepingCapacity: true) }
}
