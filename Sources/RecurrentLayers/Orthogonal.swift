import Kernels

/// Random orthogonal matrices.
enum Orthogonal {
    /// Fills `[order, order]` with the orthogonal factor of a matrix of normal numbers, by modified Gram–Schmidt in double
    /// precision, each row orthogonalised twice ("twice is enough", Parlett 1980).
    static func fill(_ target: UnsafeMutablePointer<Float>, order n: Int, _ random: CounterRandom, from start: UInt64) {
        var rows: [[Double]] = []
        for row in 0..<n {
            var values = (0..<n).map { random.normal(start &+ UInt64(row * n + $0)) }
            for _ in 0..<2 {
                for other in rows {
                    var dot = 0.0
                    for column in 0..<n { dot += values[column] * other[column] }
                    for column in 0..<n { values[column] -= dot * other[column] }
                }
            }
            let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
            for column in 0..<n { values[column] /= length }
            rows.append(values)
            for column in 0..<n { target[row * n + column] = Float(values[column]) }
        }
    }
}
