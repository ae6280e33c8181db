/// How people are shown an answer, or an event of one: the names of the members it is made of, the telling one first.
package enum AnswerLayout: Sendable {
    /// A text; an event adds to those before it.
    case text(String)
    /// A word of an event, set apart from those before it.
    case word(String)
    /// A value on a line.
    case value(String)
    /// A name, and under it all names with their numbers.
    case choice(String, among: String)
    /// A line a step, of a name and its number.
    case steps(String, String)
    /// The same with the names as JSON, and a total under them.
    case total(String, under: String, String)
    /// A table of a whole path by step: means, quantiles by level, and where they are known the times of the steps and
    /// the names of the channels.
    case path(String, levels: String, times: String, channels: String)
    /// One step of it: the step, and likewise.
    case pathStep(String, String, levels: String, time: String, channels: String)
    /// A table of a series by step: several numbers of each value, and where they are known likewise.
    case scores(String, others: [String], times: String, channels: String)
    /// One step of it: the step, and likewise.
    case scoreStep(String, String, others: [String], time: String, channels: String)
    /// A list as a line, other candidates under it, and its attention as a map.
    case ranked(String)

    /// The member without which it is not this.
    package var key: String {
        switch self {
        case .text(let name), .word(let name), .value(let name), .choice(let name, among: _), .steps(let name, _),
            .total(let name, under: _, _), .path(let name, levels: _, times: _, channels: _),
            .scores(let name, others: _, times: _, channels: _), .ranked(let name):
            name
        case .pathStep(_, let name, levels: _, time: _, channels: _),
            .scoreStep(_, let name, others: _, time: _, channels: _):
            name
        }
    }
}

extension TaskKind {
    /// The layouts of whole answers of all tasks; the first that has its key fits.
    package static var answerLayouts: [AnswerLayout] { TaskTable.tasks.flatMap(\.answerLayouts) }

    /// Those of the events of streams, likewise.
    package static var eventLayouts: [AnswerLayout] { TaskTable.tasks.flatMap(\.eventLayouts) }
}
