import CommandData
import JSON
import SequenceModels

/// Models and their versions for people.
enum ModelDisplay {
    /// Versions beside each other; more of them are listed below each other.
    static let comparedMax = 6

    static func list(_ models: [JSONValue]) {
        guard !models.isEmpty else { return StandardError.write("no models\n") }
        var table = TextTable([
            .init("model", isWhole: true), .init("task", isWhole: true), .init("versions"), .init("labels"),
            .init("skill", isNumeric: true), .init("updated (UTC)", isWhole: true),
        ])
        for model in models {
            table.append([
                model["name"]?.asString ?? "", model["task"]?.asString ?? "",
                ranges((model["versions"]?.elements ?? []).compactMap(\.asInt)), labels(model["labels"]),
                number(model["skill"]), JobDisplay.time(model["updated_at"]),
            ])
        }
        StandardOutput.write(table)
    }

    /// Models by column, for programs.
    static func rows(_ models: [JSONValue]) -> OutputFormat.ListRows {
        OutputFormat.ListRows(
            models,
            [
                ("name", { $0["name"] }), ("task", { $0["task"] }), ("stable", { $0["labels"]?["stable"] }),
                (
                    "versions",
                    { .string(ranges(($0["versions"]?.elements ?? []).compactMap(\.asInt))) }
                ),
                ("labels", { .string(labels($0["labels"])) }), ("skill", { $0["skill"] }),
                ("updated_at", { $0["updated_at"] }),
            ])
    }

    static func show(_ model: JSONValue) {
        var table = TextTable([
            .init("version", isWhole: true), .init("labels"), .init("created (UTC)", isWhole: true),
            .init("parameters", isNumeric: true),
            .init("size", isNumeric: true), .init("skill", isNumeric: true), .init("verdict"),
        ])
        let name = model["name"]?.asString ?? ""
        for version in model["versions"]?.elements ?? [] {
            table.append([
                "\(name)@\(version["version"]?.asInt ?? 0)",
                (version["labels"]?.asStrings ?? []).joined(separator: " "),
                JobDisplay.time(version["created_at"]), version["parameters"]?.asInt.map { "\($0)" } ?? "",
                version["size_bytes"]?.asInt.map { "\(($0 + 512) / 1024) kB" } ?? "", number(version["skill"]),
                version["verdict"]?.asString ?? "",
            ])
        }
        StandardOutput.write(table)
    }

    /// Figures of versions side by side, and the settings in which they differ.
    ///
    /// - Parameter versions: names, and versions as `GET /models/{name}` lists them.
    static func compare(_ versions: [(name: String, version: JSONValue)]) {
        var table = TextTable([.init("")] + versions.map { .init($0.name, isNumeric: true) })
        func row(_ name: String, _ cell: (JSONValue) -> String) {
            let cells = versions.map { cell($0.version) }
            if cells.contains(where: { !$0.isEmpty }) { table.append([name] + cells) }
        }
        row("labels") { ($0["labels"]?.asStrings ?? []).joined(separator: " ") }
        row("parameters") { $0["parameters"]?.asInt.map { "\($0)" } ?? "" }
        row("skill") { number($0["skill"]) }
        for metric in names(versions.map { $0.version["metrics"] }) { row(metric) { number($0["metrics"]?[metric]) } }
        let settings = versions.map { self.settings($0.version["settings"]) }
        var seen: Set<String> = []
        for name in settings.flatMap({ $0.map(\.name) }) where seen.insert(name).inserted {
            let values = settings.map { list in list.first { $0.name == name }?.value ?? "" }
            if Set(values).count > 1 { table.append([name] + values) }
        }
        StandardOutput.write(table)
    }

    /// A row for each metric: the model's, beside those of the baselines.
    static func metrics(_ result: JSONValue) {
        let baselines = result["baselines"]?.object?.members ?? []
        var table = TextTable(
            [.init("metric"), .init("model", isNumeric: true)]
                + baselines.map { .init($0.key.replacing("_", with: " "), isNumeric: true) })
        for metric in names([result["metrics"]] + baselines.map(\.value)) {
            table.append(
                [metric, number(result["metrics"]?[metric])] + baselines.map { number($0.value[metric]) })
        }
        if !table.isEmpty { StandardOutput.write(table) }
    }

    /// What a training would be and cost, as `?validate_only=true` answers.
    static func plan(_ plan: JSONValue) {
        var table = TextTable([.init("plan"), .init(plan["model"]?.asString ?? "")])
        table.append(["task", plan["task"]?.asString ?? ""])
        table.append(["sequences", plan["sequences"]?.text ?? ""])
        if let held = plan["validation_sequences"]?.asInt { table.append(["validation sequences", "\(held)"]) }
        table.append(["parameters", plan["parameters"]?.text ?? ""])
        table.append(["steps an epoch", plan["steps_per_epoch"]?.text ?? ""])
        let seconds = plan["estimated_seconds"]?.asDouble ?? 0, bytes = plan["estimated_memory_bytes"]?.asDouble ?? 0
        let range = (plan["estimated_seconds_range"]?.asNumbers ?? []).map { DurationText.text(seconds: $0) }
        table.append([
            "about", DurationText.text(seconds: seconds) + (range.count == 2 ? " (\(range[0]) to \(range[1]))" : ""),
        ])
        table.append(["memory", ReadableNumber.text(bytes / 1e6) + " MB"])
        for (name, value) in settings(plan["settings"]) { table.append([name, value]) }
        StandardOutput.write(table)
        for note in plan["audit"]?.asStrings ?? [] { StandardOutput.write("note: \(note)\n") }
    }

    /// Settings one by one, `network.hidden` and `64`.
    static func settings(_ value: JSONValue?, _ prefix: String = "") -> [(name: String, value: String)] {
        (value?.object?.members ?? []).flatMap { member -> [(name: String, value: String)] in
            if member.value.object != nil { return settings(member.value, prefix + member.key + ".") }
            return member.value.isNull ? [] : [(prefix + member.key, member.value.asString ?? member.value.text)]
        }
    }

    /// Five significant digits; nothing for what is not a number.
    static func number(_ value: JSONValue?) -> String {
        value?.asDouble.map { ReadableNumber.text($0, digits: 5) } ?? ""
    }

    static func labels(_ value: JSONValue?) -> String {
        (value?.object?.members ?? []).map { "\($0.key)=\($0.value.text)" }.joined(separator: " ")
    }

    /// Names of all members, in the order in which they come first.
    private static func names(_ objects: [JSONValue?]) -> [String] {
        var seen: Set<String> = []
        return objects.flatMap { $0?.object?.keys ?? [] }.filter { seen.insert($0).inserted }
    }

    /// `1-3,5`.
    private static func ranges(_ numbers: [Int]) -> String {
        var runs: [ClosedRange<Int>] = []
        for number in numbers {
            if let last = runs.last, last.upperBound + 1 == number {
                runs[runs.count - 1] = last.lowerBound...number
            } else {
                runs.append(number...number)
            }
        }
        return runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
            .joined(separator: ",")
    }
}
