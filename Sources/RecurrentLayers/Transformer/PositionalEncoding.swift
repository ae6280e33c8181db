import Kernels

/// Sinusoids that tell a Transformer where a step stands (Vaswani et al. 2017, §3.5).
///
///     p[t, 2i] = sin(t / 10000^(2i/M))    p[t, 2i + 1] = cos(t / 10000^(2i/M))
enum PositionalEncoding {
    /// `[steps, M]`, the same bytes on every machine.
    static func table(steps: Int, width: Int) -> AlignedBuffer {
        let table = AlignedBuffer(count: steps * width)
        for pair in 0..<(width + 1) / 2 {
            // Turns of the circle per step: 10000^(−2i/M) / 2π.
            let rate = PortableMath.exp(-9.210340371976184 * Double(2 * pair) / Double(width)) / 6.283185307179586
            for step in 0..<steps {
                let turns = Double(step) * rate
                let (cosine, sine) = PortableMath.cosSinTurns(turns - turns.rounded(.down))
                table[step * width + 2 * pair] = Float(sine)
                if 2 * pair + 1 < width { table[step * width + 2 * pair + 1] = Float(cosine) }
            }
        }
        return table
    }
}
