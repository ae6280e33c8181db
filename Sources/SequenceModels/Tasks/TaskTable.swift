/// The tasks there are, one a line: a new one is a folder beside this file, and a line here.
enum TaskTable {
    /// In the order in which lists name them.
    static let tasks: [any SequenceTask] = [
        Forecasting(),
        LanguageModeling(),
        Classification(),
        Regression(),
        Tagging(),
        SequenceToSequence(),
        Pointing(),
    ]
}
