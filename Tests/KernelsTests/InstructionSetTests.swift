import CKernels
import Foundation
import Kernels
import Testing

/// Every kernel of every set that this machine can run against the scalar one, bit for bit, over sizes that fill, miss
/// and cross vectors, in buffers that touch an inaccessible page at their end or at their start: a load or a store
/// beyond a buffer ends the process.
@Suite struct InstructionSetTests {
    let scalar: rk_kernels

    init() throws { scalar = try #require(InstructionSet.kernels(named: "scalar")) }

    @Test(arguments: KernelCase.all) func setsAgreeWithinTheirBuffers(_ test: KernelCase) {
        let memories = GuardedMemory.Edge.allCases.map { GuardedMemory(edge: $0) }
        func run(_ kernels: rk_kernels, _ n: Int, _ memory: GuardedMemory) -> [Data] {
            memory.reset()
            test.run(kernels, n, memory)
            return memory.contents
        }
        for n in Array(1...67) + [128, 200, 333] {
            let expected = run(scalar, n, memories[0])
            #expect(run(scalar, n, memories[1]) == expected, "scalar, \(n)")
            for set in KernelSet.others {
                for memory in memories { #expect(run(set.kernels, n, memory) == expected, "\(set.name), \(n)") }
            }
        }
    }

    /// The table holds its name, and no kernel without a case: the number of its fields is known here.
    @Test func everyKernelHasACase() {
        #expect(MemoryLayout<rk_kernels>.size / MemoryLayout<UnsafeRawPointer>.size == 48, "a new kernel needs a case")
        #expect(Set(KernelCase.all.map(\.name)).count == KernelCase.all.count)
    }

    private func random(_ count: Int, _ stream: UInt64) -> [Float] {
        let source = CounterRandom(seed: 7, stream: stream)
        return (0..<count).map { Float(source.normal(UInt64($0))) }
    }

    /// Products beyond a block of rows or of depth, and many columns of few rows.
    @Test func largeProductsAgree() {
        let shapes = [
            (6, 16, 400), (13, 33, 800), (1, 300, 40), (2, 300, 19), (5, 300, 7), (200, 20, 6), (500, 40, 3),
            (400, 100, 390), (16, 512, 128),
            // Rows that collide in a cache, several chunks of B, and both.
            (45, 40, 512), (30, 600, 390), (40, 900, 390), (31, 520, 1024),
        ]
        let scratch = AlignedBuffer(count: Product.scratchCount)
        for (m, n, k) in shapes {
            let (a, b, c) = (random(m * k, 2), random(k * n, 3), random(m * n, 4))
            for (strided, start) in [(false, 0), (false, 1), (true, 0), (true, 1)] {
                func run(_ kernels: rk_kernels) -> [UInt32] {
                    let packed = AlignedBuffer(count: PackedMatrix.count(depth: k, columns: n))
                    kernels.pack(k, n, b, n, 1, packed.pointer, rk_panel_stride(k))
                    var c = c
                    kernels.gemm(
                        m, n, k, a, strided ? 1 : k, strided ? m : 1, packed.pointer, nil, &c, n, Int32(start),
                        scratch.pointer)
                    return c.map(\.bitPattern)
                }
                let expected = run(scalar)
                for set in KernelSet.others { #expect(run(set.kernels) == expected, "\(set.name) \(m) \(n) \(k)") }
            }
        }
    }

    /// A product with weights in halves has the bytes of one with the same weights as floats.
    @Test func halfProductsAgree() {
        for (m, n, k) in [(1, 67, 33), (1, 300, 40), (2, 300, 19), (3, 64, 65), (7, 97, 37), (13, 33, 800)] {
            let (a, b) = (random(m * k, 2), random(k * n, 3).map { Float(Float16($0)) })
            let (packed, scratch) = (
                AlignedBuffer(count: PackedMatrix.count(depth: k, columns: n)),
                AlignedBuffer(count: Product.scratchCount)
            )
            scalar.pack(k, n, b, n, 1, packed.pointer, rk_panel_stride(k))
            var (halves, expected) = ([UInt16](repeating: 0, count: packed.count), [Float](repeating: 0, count: m * n))
            scalar.to_half(packed.count, packed.pointer, &halves)
            scalar.gemm(m, n, k, a, k, 1, packed.pointer, nil, &expected, n, 0, scratch.pointer)
            for set in KernelSet.supported {
                var c = [Float](repeating: 1, count: m * n)
                set.kernels.gemm_half(m, n, k, a, k, halves, nil, &c, n, 0)
                #expect(c.map(\.bitPattern) == expected.map(\.bitPattern), "\(set.name)")
            }
        }
    }
}
