import JSON
import SequenceModels
import Store

/// Whether the label `stable` moves to a new version, and why.
struct LabelDecision {
    let moves: Bool
    /// A sentence.
    let reason: String

    /// - Parameters:
    ///   - model: its name.
    ///   - stable: the version that has the label now; nil for none.
    init(_ promotion: JobRequest.Promotion, model: String, stable: Int?, _ comparisons: [VersionComparison]) {
        let label = ModelReference.stableLabel
        let here = "\(label) moves to this version", there = stable.map { "\(label) stays at \(model)@\($0)" } ?? ""
        switch (promotion, stable) {
        case (.always, _): (moves, reason) = (true, "\(here), as was asked for")
        case (.never, _):
            moves = false
            reason =
                stable == nil ? "no version has the label \(label), as was asked for" : "\(there), as was asked for"
        case (.ifBetter, nil): (moves, reason) = (true, "\(here): no other has it")
        case (.ifBetter, let stable?):
            guard let found = comparisons.first(where: { $0.with == "\(model)@\(stable)" }) else {
                (moves, reason) = (
                    false, "\(there): it came there while this version was trained, and was not compared with it"
                )
                return
            }
            switch found.outcome {
            case .better, .unreadable: (moves, reason) = (true, "\(here): \(found.words)")
            case .notBetter: (moves, reason) = (false, "\(there): \(found.words)")
            case .unknown:
                (moves, reason) = (false, "\(there), as nothing shows that this one is better: \(found.words)")
            }
        }
    }
}

extension VersionComparison {
    /// As a job's result has it.
    var json: JSONValue {
        let outcome =
            switch outcome {
            case .better: "better"
            case .notBetter: "not_better"
            case .unknown: "unknown"
            case .unreadable: "unreadable"
            }
        var members: JSONObject = ["with": .string(with), "outcome": .string(outcome)]
        if let metric {
            members.append("metric", .string(metric))
            members.append("cases", cases > 0 ? .integer(cases) : .null)
            members.append("error", JSONValue(error))
            members.append("other_error", JSONValue(otherError))
            members.append("difference", JSONValue(difference))
            members.append("standard_error", JSONValue(standardError))
            members.append("significant", isSignificant.map { .bool($0) } ?? .null)
        }
        if learned > 0 { members.append("learned", .integer(learned)) }
        if unreadable > 0 { members.append("unreadable", .integer(unreadable)) }
        members.append("summary", .string(words))
        return .object(members)
    }
}
