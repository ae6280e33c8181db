import CKernels
import Kernels
import Testing

/// One kernel run at a size n, on buffers of exactly the size that it may touch.
struct KernelCase: CustomTestStringConvertible, Sendable {
    let name: String
    let run: @Sendable (rk_kernels, Int, GuardedMemory) -> Void

    var testDescription: String { name }

    init(_ name: String, _ run: @escaping @Sendable (rk_kernels, Int, GuardedMemory) -> Void) {
        (self.name, self.run) = (name, run)
    }

    /// Every kernel of the table; what several calls share (a forward pass before its backward one) is one case.
    static let all = maps + buffers + losses + cells + gruBefore + norms + attention + transformer + products

    private static let rows = 3
    private static let mask: [Float] = [1, 0, 1]

    private static let maps = [
        KernelCase("map_exp") { k, n, m in k.map_exp(n, m.logits(n, scale: 8), m.zeros(n)) },
        KernelCase("map_tanh") { k, n, m in k.map_tanh(n, m.logits(n, scale: 8), m.zeros(n)) },
        KernelCase("map_sigmoid") { k, n, m in k.map_sigmoid(n, m.logits(n, scale: 8), m.zeros(n)) },
    ]

    private static let buffers = [
        KernelCase("add") { k, n, m in k.add(n, m.normal(n), m.normal(n)) },
        KernelCase("add_matrix") { k, n, m in
            k.add_matrix(rows, n, m.normal((rows - 1) * (n + 2) + n), n + 2, m.normal((rows - 1) * (n + 1) + n), n + 1)
        },
        KernelCase("take") { k, n, m in k.take(n, m.gradients(n), m.gradients(n)) },
        KernelCase("scale") { k, n, m in k.scale(n, 0.3, m.gradients(n)) },
        KernelCase("flush") { k, n, m in k.flush(n, m.gradients(n)) },
        KernelCase("add_rows") { k, n, m in k.add_rows(5, n, m.gradients(5 * n), m.normal(n)) },
        KernelCase("sum_of_squares") { k, n, m in
            let lanes = m.copy([Double](repeating: 0.5, count: 8))
            k.sum_of_squares(n, m.gradients(n), lanes)
        },
        KernelCase("dropout") { k, n, m in k.dropout(n, 99, 0.7, m.gradients(n), m.zeros(n)) },
        KernelCase("sgd") { k, n, m in
            for nesterov in 0...1 as ClosedRange<Int32> {
                k.sgd(n, m.normal(n), m.gradients(n), m.normal(n), 0.1, 0.9, 0.01, nesterov)
                k.sgd(n, m.normal(n), m.gradients(n), nil, 0.1, 0, 0.01, nesterov)
            }
        },
        KernelCase("scaled_descent") { k, n, m in
            let squares = m.normal(n)
            for index in 0..<n { squares[index] *= squares[index] }
            k.scaled_descent(n, m.normal(n), m.gradients(n), squares, 0.1, 0.99, 0.01, 1e-8, 0.01)
        },
        KernelCase("adam") { k, n, m in
            for decoupled in 0...1 as ClosedRange<Int32> {
                let squares = m.normal(n)
                for index in 0..<n { squares[index] *= squares[index] }
                k.adam(
                    n, m.normal(n), m.gradients(n), m.normal(n), squares, 0.01, 0.9, 0.999, 1e-8, 0.1, 0.001, 0.02,
                    decoupled)
            }
        },
        KernelCase("fma_rounds") { k, n, _ in _ = k.fma_rounds(n) },
        KernelCase("read_floats") { k, n, m in _ = k.read_floats(n * 8, m.normal(n * 8)) },
    ]

    private static let losses = [
        KernelCase("softmax") { k, n, m in k.softmax(2, n, m.logits(2 * n, scale: 3), 0.7, m.zeros(2 * n)) },
        KernelCase("softmax_cross_entropy") { k, n, m in
            let targets = m.copy([Int32(n / 2), -1, Int32(n - 1)])
            let logits = m.logits(3 * n, scale: 3)
            var loss = 0.0
            let counted = k.softmax_cross_entropy(3, n, logits, targets, m.zeros(3 * n), 0.5, &loss)
            let again = k.softmax_cross_entropy(3, n, logits, targets, nil, 0.5, &loss)
            _ = m.copy([loss, Double(counted + again)])
        },
    ]

    private static let cells = [
        KernelCase("lstm") { k, h, m in
            let size = rows * h
            let (gates, mask, c) = (m.logits(4 * size), m.copy(mask), m.normal(size))
            let tanhC = m.zeros(size)
            k.lstm_forward(rows, h, gates, mask, c, m.normal(size), m.zeros(size), tanhC, m.zeros(size), h)
            k.lstm_backward(rows, h, gates, mask, c, tanhC, m.gradients(size), m.gradients(size), m.zeros(4 * size))
        },
        KernelCase("gru") { k, h, m in
            let size = rows * h
            let (gates, zh, mask, previous) = (m.logits(3 * size), m.normal(3 * size), m.copy(mask), m.normal(size))
            k.gru_forward(rows, h, gates, zh, mask, previous, m.zeros(size), h)
            k.gru_backward(
                rows, h, gates, zh, mask, previous, h, m.gradients(size), m.zeros(3 * size), m.zeros(3 * size))
        },
        KernelCase("rnn") { k, h, m in
            let (size, mask) = (rows * h, m.copy(mask))
            for activation in 0..<3 as Range<Int32> {
                let out = m.zeros(size)
                k.rnn_forward(rows, h, m.logits(size), activation, mask, m.normal(size), out, h)
                k.rnn_backward(rows, h, out, h, activation, mask, m.gradients(size), m.zeros(size))
            }
        },
    ]

    private static let gruBefore = [
        KernelCase("gru_before") { k, h, m in
            let size = rows * h
            let (gates, zh, mask, state) = (m.logits(3 * size), m.normal(3 * size), m.copy(mask), m.normal(size))
            let (reset, dz) = (m.zeros(size), m.zeros(3 * size))
            k.gru_gates_forward(rows, h, gates, zh, mask, state, h, reset)
            k.gru_candidate_forward(rows, h, gates, zh, mask, state, m.zeros(size), h)
            k.gru_candidate_backward(rows, h, gates, mask, state, h, m.gradients(size), dz)
            k.gru_gates_backward(rows, h, gates, mask, state, h, m.gradients(size), m.normal(size), dz)
        }
    ]

    private static let norms = [
        KernelCase("layer_norm") { k, n, m in
            let (gain, ld) = (m.normal(n), n + 2)
            for bias in [m.normal(n), nil] {
                let (x, y) = (m.normal((rows - 1) * ld + n), m.normal((rows - 1) * ld + n))
                let inverse = m.zeros(rows)
                k.layer_norm_forward(rows, n, x, gain, bias, y, ld, inverse)
                k.layer_norm_backward(rows, n, y, gain, inverse, x, ld, m.normal(n))
            }
        },
        KernelCase("lstm_norm") { k, h, m in
            let (size, mask) = (rows * h, m.copy(mask))
            let (gates, c, gain, bias) = (m.logits(4 * size), m.normal(size), m.normal(h), m.normal(h))
            let (values, inverse, tanhC) = (m.zeros(size), m.zeros(rows), m.zeros(size))
            k.lstm_norm_forward(
                rows, h, gates, mask, c, m.normal(size), m.zeros(size), gain, bias, values, inverse, tanhC,
                m.zeros(size), h)
            k.lstm_norm_backward(
                rows, h, gates, mask, c, tanhC, gain, values, inverse, m.gradients(size), m.gradients(size),
                m.zeros(4 * size), m.normal(h), m.normal(h))
        },
    ]
}
