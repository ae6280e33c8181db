package import SequenceModels
package import Tables

extension TaskKind {
    /// What makes the rows of whole answers of all tasks.
    package static var answerForms: [AnswerForm] { answerLayouts.map(\.form) }

    /// What makes those of the events of streams.
    package static var eventForms: [AnswerForm] { eventLayouts.map(\.form) }
}

extension AnswerLayout {
    /// The same members as rows of a table.
    fileprivate var form: AnswerForm {
        switch self {
        case .text(let name), .word(let name), .ranked(let name): .row(name, spread: nil)
        case .value(let name): .row(name, spread: .init(name, prefix: name + "_"))
        case .choice(let name, among: let all): .row(name, spread: .init(all, prefix: "p_"))
        case .steps(let names, let numbers), .total(_, under: let names, let numbers):
            .steps(key, [names, numbers].map { .init($0, column: Self.singular($0)) })
        case .path(let mean, levels: let levels, times: let times, channels: let channels):
            .path(.init(mean: mean, levels: levels, times: times, channels: channels))
        case .pathStep(let step, let mean, levels: let levels, time: let time, channels: let channels):
            .path(.init(mean: mean, levels: levels, times: time, channels: channels, step: step))
        case .scores(let first, others: let others, times: let times, channels: let channels):
            .path(.init(mean: first, others: others, times: times, channels: channels))
        case .scoreStep(let step, let first, others: let others, time: let time, channels: let channels):
            .path(.init(mean: first, others: others, times: time, channels: channels, step: step))
        }
    }

    /// Lists are called by what they are of: `labels`, `probabilities`.
    private static func singular(_ name: String) -> String {
        name.hasSuffix("ies") ? name.dropLast(3) + "y" : name.hasSuffix("s") ? String(name.dropLast()) : name
    }
}
