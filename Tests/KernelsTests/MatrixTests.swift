import Kernels
import Testing

/// Views see the floats of their buffer, wherever they are cut.
@Suite struct MatrixTests {
    private let buffer = AlignedBuffer((0..<24).map(Float.init))

    @Test func rowsAndColumns() {
        let all = buffer.matrix(rows: 4, columns: 6)
        #expect(all[2, 3] == 15 && all[3].array == [18, 19, 20, 21, 22, 23] && all.isContiguous)
        let part = all.rows(from: 1, count: 2).columns(from: 2, count: 3)
        #expect([part.rows, part.columns, part.rowStride] == [2, 3, 6] && !part.isContiguous)
        #expect(part[0].array == [8, 9, 10] && part[1].array == [14, 15, 16])
        let odd = all.rows(from: 1, by: 2, count: 2)
        #expect(odd[0].array == all[1].array)
        #expect(odd[1].array == all[3].array && odd.rowStride == 12)
        #expect(buffer.matrix(from: 3, rows: 1, columns: 6)[0].array == all[3].array)
        #expect(all.reshaped(rows: 3, columns: 8)[2, 0] == 16 && all.elements.count == 24)
        #expect(buffer.matrix(from: 7, rows: 4, columns: 0).elements.count == 0)
    }

    @Test func writing() {
        let target = AlignedBuffer(count: 24)
        let part = target.matrix(rows: 4, columns: 6).columns(from: 4, count: 2)
        part.assign(buffer.matrix(rows: 4, columns: 6).columns(from: 0, count: 2))
        #expect(target.array.enumerated().filter { $0.element != 0 }.map(\.offset) == [5, 10, 11, 16, 17, 22, 23])
        part.add(part)
        #expect(part[3].array == [36, 38])
        part.zero()
        #expect(target.array.allSatisfy { $0 == 0 })
        part[1, 1] = 7
        #expect(target[11] == 7)
        target.all.assign(buffer.all)
        target.vector(from: 6, count: 2).zero()
        let expected: [Float] = (0..<24).map { $0 == 6 || $0 == 7 ? 0 : Float($0) }
        #expect(target.array == expected)
    }

    /// Products whose rows lie along k run at once with one scratch, as those of layers in a wave do: rows that collide
    /// in a cache are packed elsewhere.
    @Test func productsAtOnceShareScratch() {
        let (rows, depth, columns) = (45, 512, 64)
        let random = CounterRandom(seed: 3, stream: 1)
        let numbers = AlignedBuffer((0..<2 * rows * depth).map { Float(random.normal(UInt64($0))) })
        let b = PackedMatrix(depth: depth, columns: columns)
        b.pack(numbers.matrix(rows: depth, columns: columns))
        let (scratch, out) = (AlignedBuffer(count: Product.scratchCount), AlignedBuffer(count: 2 * rows * columns))
        func multiply(_ half: Int) {
            for _ in 0..<20 {
                Product.multiply(
                    numbers.matrix(from: half * rows, rows: rows, columns: depth), by: b, start: .zero,
                    into: out.matrix(from: half * rows, rows: rows, columns: columns), scratch: scratch)
            }
        }
        for half in 0..<2 { multiply(half) }
        let expected = out.array
        let pool = ComputePool(threads: 2)
        for _ in 0..<20 {
            out.zero()
            pool.forEach(2, multiply)
            #expect(out.array == expected)
        }
    }

    /// A product of views is that of their rows, however they lie.
    @Test func products() {
        let scratch = AlignedBuffer(count: Product.scratchCount)
        let weights = AlignedBuffer([1, 2, 3, 4, 5, 6])
        let packed = PackedMatrix(depth: 3, columns: 2)
        packed.packTransposed(weights, from: 0)
        let x = buffer.matrix(rows: 4, columns: 6).columns(from: 1, count: 3)
        let (y, bias) = (AlignedBuffer(count: 20), AlignedBuffer([100, 200]))
        let c = y.matrix(rows: 4, columns: 5).columns(from: 3, count: 2)
        Product.multiply(x, by: packed, start: Product.start(at: bias.all), into: c, scratch: scratch)
        #expect(c[0].array == [114, 232])
        #expect(c[3].array == [222, 502])
        Product.multiply(x, by: packed, start: Product.start(at: nil, orAdd: ()), into: c, scratch: scratch)
        #expect(c[0].array == [128, 264])
        Product.multiply(x, by: packed, start: Product.start(at: nil), into: c, scratch: scratch)
        #expect(c[0].array == [14, 32] && y.array.prefix(3) == [0, 0, 0])
        let panels = AlignedBuffer(count: Product.gradientPanelsCount(depth: 4, columns: 3))
        let dw = AlignedBuffer(count: 6)
        Product.accumulateTransposed(
            c, x, into: dw.matrix(rows: 2, columns: 3), panels: panels, scratch: scratch)
        var expected: [Float] = []
        for output in 0..<2 {
            for input in 0..<3 {
                var sum: Float = 0
                for row in 0..<4 { sum += c[row, output] * x[row, input] }
                expected.append(sum)
            }
        }
        #expect(dw.array == expected)
    }
}
