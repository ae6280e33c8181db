import Foundation
import Kernels
import System

/// Buffers between inaccessible pages: a kernel that reads or writes beyond the end (or before the start) of one ends
/// the process by a signal.
// SAFETY: used by one test at a time, which owns it.
final class GuardedMemory {
    /// Which end of each buffer lies directly at an inaccessible page.
    enum Edge: CaseIterable { case start, end }

    /// What a kernel is fed: ordinary numbers; gradients from 1 down to the least magnitude, 2^-63, and zero; or gates
    /// and logits far from zero beside small gradients.
    enum Draws { case ordinary, vanishing, saturated }

    private static let pageBytes = Int(sysconf(Int32(_SC_PAGESIZE)))
    private static let slotBytes = 1 << 20
    private let edge: Edge
    private let draws: Draws
    private let base: UnsafeMutableRawPointer
    private let slots: Int
    private var used: [(start: UnsafeMutableRawPointer, bytes: Int)] = []

    init(edge: Edge, draws: Draws = .ordinary, slots: Int = 64) {
        (self.edge, self.draws, self.slots) = (edge, draws, slots)
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

    /// Reproducible floats of assorted magnitude, others for each buffer: values, weights, states.
    func normal(_ count: Int, scale: Float = 1) -> UnsafeMutablePointer<Float> {
        let first = used.count * 1013
        return copy((0..<count).map { Self.normals[(first + $0) % Self.normals.count] * scale })
    }
    private static let normals: [Float] = {
        let source = CounterRandom(seed: 7, stream: 1)
        return (0..<16_381).map { Float(source.normal(UInt64($0))) }
    }()

    /// What gates and softmax read.
    func logits(_ count: Int, scale: Float = 1) -> UnsafeMutablePointer<Float> {
        normal(count, scale: draws == .saturated ? scale * 30 : scale)
    }

    /// Gradients of what a product or a kernel has made.
    func gradients(_ count: Int) -> UnsafeMutablePointer<Float> {
        guard draws != .ordinary else { return normal(count) }
        let source = CounterRandom(seed: 8, stream: UInt64(used.count))
        return copy(
            (0..<UInt64(count)).map { index in
                let exponent = -Int(source.bits(index) % (draws == .vanishing ? 64 : 21))
                let magnitude = Float(sign: .plus, exponent: exponent, significand: 1)
                return index % 5 == 3 ? 0 : index % 2 == 0 ? magnitude : -magnitude
            })
    }
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
