/// The page of all options, from their rows.
package enum OptionPage {
    /// `docs/options.md`.
    package static var markdown: String {
        var sections = [
            """
            # Options

            Written from the rows in `Sources/SequenceModels/Options`; a test compares this page with them.

            What a training may be given in `POST /train`, and a command in `rondo train --set training.epochs=5`. An
            option that is left out has its default: some are fixed, others are chosen from the data, and the plan
            (`POST /train?validate_only=true`) says what was chosen. An option that means nothing for the task, the
            cell or the encoder is refused with a reason. The column "with `from`" says what becomes of an option when
            a version is continued: *kept* is the version's and may only be repeated, *default* is the version's
            unless the request says otherwise, and an empty cell is said anew by each training.
            """
        ]
        sections += tables(SettingsOptions.members, name: "", title: "The root")
        sections.append(
            """
            # Fields of a prediction

            What `POST /predict` may be asked besides the sequence. A field that another task owns is refused.
            """)
        sections.append(table(rows(PredictionOptions.members), inherits: false))
        return sections.joined(separator: "\n\n") + "\n"
    }

    private static func rows(_ members: [OptionMember]) -> [OptionRow] {
        members.compactMap { if case .option(let row) = $0 { row } else { nil } }
    }

    /// A table of the rows, then those of the groups within.
    private static func tables(_ members: [OptionMember], name: String, title: String) -> [String] {
        var result = ["## \(title)", table(rows(members), inherits: true)]
        for case .group(let group) in members {
            let inner = name.isEmpty ? group.name : "\(name).\(group.name)"
            var inside = tables(group.members, name: inner, title: "`\(inner)`")
            if let owner = group.refusals.first?.owner { inside.insert("It belongs to the task \(owner).", at: 1) }
            result += inside
        }
        return result
    }

    private static func table(_ rows: [OptionRow], inherits: Bool) -> String {
        var lines = [
            inherits
                ? "| Option | Values | Default | Belongs to | With `from` | What it does |"
                : "| Field | Values | Default | Task | What it does |",
            inherits ? "|---|---|---|---|---|---|" : "|---|---|---|---|---|",
        ]
        for row in rows {
            var cells = ["`\(row.name)`", values(row), fallback(row), row.owners]
            if inherits { cells.append(inheritance(row)) }
            cells.append(row.help)
            lines.append("| " + cells.joined(separator: " | ") + " |")
        }
        return lines.joined(separator: "\n")
    }

    private static func values(_ row: OptionRow) -> String {
        switch row.form {
        case .flag: return "true, false"
        case .whole(let range): return "whole, \(range.lowerBound) … \(range.upperBound)"
        case .number(let range):
            let low = (range.includesLower ? "" : "above ") + number(range.lower)
            let high = (range.includesUpper ? "" : "below ") + number(range.upper)
            return "number, \(low) … \(high)"
        case .word(let words): return words.map { "`\($0)`" }.joined(separator: ", ")
        case .levels(let countMin):
            let count = "\(countMin > 0 ? "\(countMin) to " : "at most ")\(ModelLimits.quantilesMax)"
            return "\(count) distinct levels, each above 0 and below 1"
        case .seed: return "whole, from 0"
        case .classWeights:
            return "`\"balanced\"`, or label → weight above 0, at most \(number(ModelLimits.classWeightMax))"
        case .texts(let countMax, let sizeBytesMax):
            return "a text, or at most \(countMax), each of 1 to \(sizeBytesMax) bytes"
        case .text(let sizeBytesMax): return "a text of 1 to \(sizeBytesMax) bytes"
        case .wholes(let range, let countMax):
            return "at most \(countMax) distinct whole numbers, each \(range.lowerBound) … \(range.upperBound)"
        }
    }

    private static func fallback(_ row: OptionRow) -> String {
        if let text = row.fallback.text { return text }
        guard let value = row.fallback.value else { return "none" }
        if let double = value as? Double { return number(double) }
        return (value as? any RawRepresentable).map { "`\($0.rawValue)`" } ?? "\(value)"
    }

    private static func inheritance(_ row: OptionRow) -> String {
        switch row.inheritance {
        case .free: ""
        case .unlessGiven: "default"
        case .shape, .learned: "kept"
        }
    }

    /// Without a point where it is whole.
    private static func number(_ value: Double) -> String {
        value == value.rounded() && value.magnitude < 1e15 ? "\(Int(value))" : "\(value)"
    }
}
