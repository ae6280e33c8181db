import Kernels

/// Random orthogonal matrices.
enum Orthogonal {
    /// Fills the view with orthonormal rows, or where there are fewer columns than rows with orthonormal
    /// columns.
    static func fill(_ target: Matrix, _ random: CounterRandom, from start: UInt64) {
        let (rows, columns) = (target.rows, target.columns)
        let vectors = orthonormal(count: min(rows, columns), length: max(rows, columns), random, from: start)
        for row in 0..<rows {
            for column in 0..<columns {
                target[row, column] = Float(rows > columns ? vectors[column][row] : vectors[row][column])
            }
        }
    }

    /// The orthogonal factor of `count` vectors of normal numbers, by modified Gram–Schmidt in double precision, each
    /// orthogonalised twice ("twice is enough", Parlett 1980).
    private static func orthonormal(count: Int, length: Int, _ random: CounterRandom, from start: UInt64) -> [[Double]]
    {
        var vectors: [[Double]] = []
        for index in 0..<count {
            var values = (0..<length).map { random.normal(start &+ UInt64(index * length + $0)) }
            for _ in 0..<2 {
                for other in vectors {
                    var dot = 0.0
                    for column in 0..<length { dot += values[column] * other[column] }
                    for column in 0..<length { values[column] -= dot * other[column] }
                }
            }
            let norm = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
            for column in 0..<length { values[column] /= norm }
            vectors.append(values)
        }
        return vectors
    }
}
