import Kernels

/// A `RecurrentStack` at work in a window: the whole of it, or some steps.
struct StackWindow {
    let workspace: StackWorkspace
    /// `[T·B]`, or nil when every step is real.
    let mask: Vector?
    /// Draws dropout, by the key; the same key draws the same in forward and backward.
    let training: Bool
    let dropoutKey: UInt64
    let scratch: AlignedBuffer
    /// The steps at hand: `count` of them from `first` on.
    private(set) var first: Int
    private(set) var count: Int

    /// Steps of the window that `workspace` has begun; by default all.
    init(
        _ workspace: StackWorkspace, mask: Vector?, training: Bool, dropoutKey: UInt64, scratch: AlignedBuffer,
        step: Int? = nil
    ) {
        (self.workspace, self.mask, self.scratch) = (workspace, mask, scratch)
        (self.training, self.dropoutKey) = (training, dropoutKey)
        (first, count) = step.map { ($0, 1) } ?? (0, workspace.steps)
    }

    /// Only `count` steps, from step `first` of the window on.
    func steps(from first: Int, count: Int) -> StackWindow {
        var part = self
        (part.first, part.count) = (first, count)
        return part
    }

    /// B, and how many rows the steps at hand are.
    var batch: Int { workspace.batch }
    var rows: Int { count * workspace.batch }
    var isWhole: Bool { first == 0 && count == workspace.steps }
}

/// What the first layer of a stack reads.
enum StackInput {
    /// `[R, I]`
    case rows(Matrix)
    /// `[R]` symbols, with what each direction of the layer makes of them.
    case symbols(Symbols, [InputTable])

    /// As a direction of the layer reads it, `count` rows from row `first` on.
    func layer(_ direction: Int, from first: Int, count: Int) -> LayerInput {
        switch self {
        case .rows(let x): .rows(x.rows(from: first, count: count))
        case .symbols(let symbols, let tables):
            .symbols(symbols.elements(from: first, count: count), tables[direction])
        }
    }
}
