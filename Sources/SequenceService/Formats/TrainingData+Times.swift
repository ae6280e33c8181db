import JSON
import SequenceModels

extension TrainingData {
    /// Faults for times that say nothing, and for options of times without any. Of stored data of earlier versions,
    /// whose `start` nobody read, they are not asked for.
    ///
    /// - Parameters:
    ///   - forecast: as asked for.
    ///   - parentFrequency: that of the version that is continued.
    func uselessTimes(_ forecast: ForecastRequest, parentFrequency: String?) -> [Fault] {
        let times = (examples + (validation ?? [])).compactMap(\.record?.times)
        let isStamped = times.contains { if case .stamps = $0 { true } else { false } }
        var faults: [Fault] = []
        for (name, value) in [("frequency", forecast.frequency), ("zone", forecast.zone)]
        where times.isEmpty && value != nil {
            faults.append(
                Fault(pointer: "/forecast/\(name)", detail: "has no effect: no series has 'start' or 'timestamps'"))
        }
        let options = [("merge", forecast.merge != nil), ("resample", forecast.resample == true)]
        for (name, isGiven) in options where isGiven && !isStamped {
            faults.append(Fault(pointer: "/forecast/\(name)", detail: "has no effect: no series has 'timestamps'"))
        }
        if !times.isEmpty, !isStamped, forecast.frequency == nil, parentFrequency == nil {
            let detail = "needs the frequency of the steps, such as {\"forecast\": {\"frequency\": \"D\"}}"
            faults.append(Fault(pointer: firstStart + "/start", detail: detail))
        }
        return faults
    }

    private var firstStart: String {
        let places = [("/sequences", examples), ("/validation/sequences", validation ?? [])]
        for (root, examples) in places {
            if let index = examples.firstIndex(where: { $0.record?.times != nil }) { return "\(root)/\(index)" }
        }
        return "/sequences"
    }

    /// The planner speaks of sequences. A client that sent a text finds its fault at `/text`, one that sent records in
    /// their `target`.
    func placed(_ fault: Fault) -> Fault {
        if document["text"] != nil, fault.pointer == "/sequences" || fault.pointer.hasPrefix("/sequences/0") {
            return Fault(pointer: "/text", detail: fault.detail)
        }
        var tokens = JSONPointer.tokens(fault.pointer) ?? []
        let isValidation = tokens.first == "validation"
        if isValidation { tokens.removeFirst() }
        let examples = isValidation ? validation ?? [] : self.examples, root = isValidation ? "/validation" : ""
        guard tokens.count == 3, tokens[0] == "sequences", let index = Int(tokens[1]), examples.indices.contains(index),
            document.value(at: "\(root)/sequences/\(index)")?.object != nil
        else { return fault }
        let place = TargetPlace.inRecord(
            JSONPointer.appending(tokens[2], to: ""), examples[index].input, examples[index].record)
        return Fault(pointer: "\(root)/sequences/\(index)\(place)", detail: fault.detail)
    }
}
