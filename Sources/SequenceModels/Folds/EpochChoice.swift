/// How long a training was found to be best, for another to repeat it on other data.
struct EpochChoice: Sendable, Equatable {
    /// From 1.
    var epochs: Int
    /// The last ones, in which the rate falls as it did when patience was over; 0: as planned.
    var cool: Int
    /// That it took to find that out.
    var trained: Int
    /// Epochs from which on the schedule `plateau` has cut the rate once more.
    var cuts: [Int] = []

    /// The one in the middle, the lower of two. - Precondition: there are any.
    static func median(_ choices: [EpochChoice]) -> EpochChoice {
        choices.sorted { ($0.epochs, $0.cool) < ($1.epochs, $1.cool) }[(choices.count - 1) / 2]
    }

    /// As an entry of a checkpoint.
    var text: String { ([epochs, cool, trained] + cuts).map { "\($0)" }.joined(separator: "/") }

    init(epochs: Int, cool: Int, trained: Int, cuts: [Int] = []) {
        (self.epochs, self.cool, self.trained, self.cuts) = (epochs, cool, trained, cuts)
    }

    /// - Parameter most: epochs of the training.
    /// - Returns: nil for what no training of so many epochs can have found.
    init?(text: String, epochsMax most: Int) {
        let numbers = text.split(separator: "/").compactMap { Int($0) }
        guard numbers.count >= 3, text.split(separator: "/", omittingEmptySubsequences: false).count == numbers.count,
            1...most ~= numbers[0], 0...numbers[0] ~= numbers[1], 1...most ~= numbers[2],
            numbers.count - 3 <= most, numbers.dropFirst(3).allSatisfy({ 0...most + 1 ~= $0 })
        else { return nil }
        self.init(epochs: numbers[0], cool: numbers[1], trained: numbers[2], cuts: Array(numbers.dropFirst(3)))
    }
}
