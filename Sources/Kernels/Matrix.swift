/// Rows of floats that somebody else owns, `[rows, columns]`, row-major: what layers hand each other in place of
/// pointers, strides and counts. The elements can be written; who may write is decided by the owner of the buffer.
///
/// A view is a value of four words: making or cutting one allocates and counts nothing. Bounds are checked in debug
/// builds.
// SAFETY: whoever makes a view keeps the buffer alive while the view is used.
package struct Matrix {
    /// The number of rows.
    package let rows: Int
    /// The floats of a row.
    package let columns: Int
    /// Floats from the start of a row to the start of the next; at least `columns`.
    package let rowStride: Int
    /// The first float, to be handed to a kernel.
    package let pointer: UnsafeMutablePointer<Float>

    /// A view of floats that start at `pointer`, the rows `rowStride` floats apart.
    @inlinable @inline(__always)
    package init(_ pointer: UnsafeMutablePointer<Float>, rows: Int, columns: Int, rowStride: Int) {
        self.rows = rows
        self.columns = columns
        self.rowStride = rowStride
        self.pointer = pointer
        assert(rows >= 0 && columns >= 0 && rowStride >= columns, "a view [\(rows), \(columns)], \(rowStride) apart")
    }

    /// A view of floats that start at `pointer`, the rows side by side.
    @inlinable @inline(__always)
    package init(_ pointer: UnsafeMutablePointer<Float>, rows: Int, columns: Int) {
        self.init(pointer, rows: rows, columns: columns, rowStride: columns)
    }

    /// `count` rows from row `first` on.
    @inlinable @inline(__always)
    package func rows(from first: Int, count: Int) -> Matrix {
        assert(first >= 0 && count >= 0 && first + count <= rows, "rows \(first) + \(count) of \(rows)")
        return Matrix(pointer + first * rowStride, rows: count, columns: columns, rowStride: rowStride)
    }

    /// `count` rows, every `step`-th from row `first` on: the steps of one row of a batch.
    @inlinable @inline(__always)
    package func rows(from first: Int, by step: Int, count: Int) -> Matrix {
        assert(first >= 0 && step > 0 && count >= 0, "rows \(first) + \(count) · \(step) of \(rows)")
        assert(count == 0 || first + (count - 1) * step < rows, "rows \(first) + \(count) · \(step) of \(rows)")
        return Matrix(pointer + first * rowStride, rows: count, columns: columns, rowStride: step * rowStride)
    }

    /// `count` columns from column `first` on.
    @inlinable @inline(__always)
    package func columns(from first: Int, count: Int) -> Matrix {
        assert(first >= 0 && count >= 0 && first + count <= columns, "columns \(first) + \(count) of \(columns)")
        return Matrix(pointer + first, rows: rows, columns: count, rowStride: rowStride)
    }

    /// One row.
    @inlinable @inline(__always)
    package subscript(row: Int) -> Vector {
        assert(row >= 0 && row < rows, "row \(row) of \(rows)")
        return Vector(pointer + row * rowStride, count: columns)
    }

    /// One element.
    @inlinable @inline(__always)
    package subscript(row: Int, column: Int) -> Float {
        get {
            assert(row >= 0 && row < rows && column >= 0 && column < columns, "[\(row), \(column)] of a view")
            return pointer[row * rowStride + column]
        }
        nonmutating set {
            assert(row >= 0 && row < rows && column >= 0 && column < columns, "[\(row), \(column)] of a view")
            pointer[row * rowStride + column] = newValue
        }
    }

    /// Whether the rows stand side by side.
    @inlinable @inline(__always)
    package var isContiguous: Bool { rowStride == columns || rows <= 1 }

    /// All elements of rows that stand side by side.
    @inlinable @inline(__always)
    package var elements: Vector {
        assert(isContiguous, "rows of \(columns) floats, \(rowStride) apart, as one")
        return Vector(pointer, count: rows * columns)
    }

    /// The same floats as rows of `columns`, where rows stand side by side.
    @inlinable @inline(__always)
    package func reshaped(rows: Int, columns: Int) -> Matrix {
        assert(isContiguous && rows * columns == self.rows * self.columns, "[\(self.rows), \(self.columns)] reshaped")
        return Matrix(pointer, rows: rows, columns: columns)
    }

    /// Sets every element to 0.
    package func zero() {
        if isContiguous { return pointer.update(repeating: 0, count: rows * columns) }
        for row in 0..<rows { (pointer + row * rowStride).update(repeating: 0, count: columns) }
    }

    /// Takes over the elements of a view of the same shape.
    package func assign(_ other: Matrix) {
        assert(rows == other.rows && columns == other.columns, "[\(other.rows), \(other.columns)] into a view")
        if isContiguous && other.isContiguous {
            return pointer.update(from: other.pointer, count: rows * columns)
        }
        for row in 0..<rows {
            (pointer + row * rowStride).update(from: other.pointer + row * other.rowStride, count: columns)
        }
    }
}

/// Floats side by side that somebody else owns; see `Matrix`.
// SAFETY: whoever makes a view keeps the buffer alive while the view is used.
package struct Vector {
    /// The number of floats.
    package let count: Int
    /// The first float, to be handed to a kernel.
    package let pointer: UnsafeMutablePointer<Float>

    /// A view of `count` floats that start at `pointer`.
    @inlinable @inline(__always)
    package init(_ pointer: UnsafeMutablePointer<Float>, count: Int) {
        self.count = count
        self.pointer = pointer
        assert(count >= 0, "a view of \(count) floats")
    }

    /// One element.
    @inlinable @inline(__always)
    package subscript(index: Int) -> Float {
        get {
            assert(index >= 0 && index < count, "element \(index) of \(count)")
            return pointer[index]
        }
        nonmutating set {
            assert(index >= 0 && index < count, "element \(index) of \(count)")
            pointer[index] = newValue
        }
    }

    /// `count` floats from element `first` on.
    @inlinable @inline(__always)
    package func elements(from first: Int, count: Int) -> Vector {
        assert(first >= 0 && count >= 0 && first + count <= self.count, "\(first) + \(count) of \(self.count)")
        return Vector(pointer + first, count: count)
    }

    /// As rows of `columns`.
    @inlinable @inline(__always)
    package func matrix(rows: Int, columns: Int) -> Matrix {
        assert(rows * columns <= count, "[\(rows), \(columns)] of \(count) floats")
        return Matrix(pointer, rows: rows, columns: columns)
    }

    /// Sets every element to 0.
    package func zero() { pointer.update(repeating: 0, count: count) }

    /// Takes over the elements of a view of the same length.
    package func assign(_ other: Vector) {
        assert(count == other.count, "\(other.count) floats into \(count)")
        pointer.update(from: other.pointer, count: count)
    }

    /// Takes over as many values.
    package func assign(_ values: [Float]) {
        precondition(values.count == count, "\(values.count) floats into \(count)")
        values.withUnsafeBufferPointer { values in
            // SAFETY: `count` floats are there, and no array is made of this memory.
            if let source = values.baseAddress { pointer.update(from: source, count: count) }
        }
    }

    /// The floats, copied.
    package var array: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }
}

extension AlignedBuffer {
    /// The first rows of `columns` floats.
    @inlinable @inline(__always)
    package func matrix(rows: Int, columns: Int) -> Matrix { matrix(from: 0, rows: rows, columns: columns) }

    /// Rows of `columns` floats from row `first` on.
    @inlinable @inline(__always)
    package func matrix(from first: Int, rows: Int, columns: Int) -> Matrix {
        assert(first >= 0 && (first + rows) * columns <= count, "rows \(first) + \(rows) of \(columns) in \(count)")
        return Matrix(pointer + first * columns, rows: rows, columns: columns)
    }

    /// The first `count` floats.
    @inlinable @inline(__always)
    package func vector(count: Int) -> Vector { vector(from: 0, count: count) }

    /// `count` floats from element `first` on.
    @inlinable @inline(__always)
    package func vector(from first: Int, count: Int) -> Vector {
        assert(first >= 0 && first + count <= self.count, "\(first) + \(count) of \(self.count) floats")
        return Vector(pointer + first, count: count)
    }

    /// All floats.
    @inlinable @inline(__always)
    package var all: Vector { Vector(pointer, count: count) }
}
