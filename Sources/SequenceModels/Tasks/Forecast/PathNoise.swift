import Kernels
import RecurrentLayers

/// The random numbers of sample paths: those of path 2k + 1 mirror those of path 2k, which steadies the mean
/// (antithetic variates).
struct PathNoise: Sendable {
    private let streams: [CounterRandom]

    init(seed: UInt64, paths: Int) {
        streams = (0..<(paths + 1) / 2).map { CounterRandom(seed: seed, stream: RandomStream.path($0)) }
    }

    /// Student's t (normal when ν is infinite), by Bailey's polar method (1994), cut off at ±10.
    func draw(path: Int, index: Int, degreesOfFreedom: Double) -> Double {
        let random = streams[path / 2]
        let u = 1 - random.uniform(UInt64(2 * index))
        let angle = PortableMath.cosSinTurns(random.uniform(UInt64(2 * index + 1))).cos
        let log = PortableMath.log(u)
        let square =
            degreesOfFreedom.isInfinite
            ? -2 * log : degreesOfFreedom * (PortableMath.exp(-2 / degreesOfFreedom * log) - 1)
        let value = max(-10, min(10, square.squareRoot() * angle))
        return path % 2 == 0 ? value : -value
    }

    /// The logit of a uniform number: a standard logistic variable, cut off at ±10.
    func logistic(path: Int, index: Int) -> Double {
        let u = streams[path / 2].uniform(UInt64(index))
        let value = u > 0 ? max(-10, min(10, PortableMath.log(u / (1 - u)))) : -10
        return path % 2 == 0 ? value : -value
    }

    /// A count; a rejection method has nothing to mirror, so each path has numbers of its own.
    func count(_ distribution: NegativeBinomial, path: Int, index: Int) -> Double {
        distribution.draw(
            streams[path / 2], first: (2 * UInt64(index) + UInt64(path % 2)) * NegativeBinomial.numbersPerDraw)
    }
}
