import CommandData
import JSON
import SequenceModels

/// Jobs for people.
enum JobDisplay {
    static func list(_ jobs: [JSONValue]) {
        guard !jobs.isEmpty else { return StandardError.write("no jobs\n") }
        var table = TextTable([
            .init("id", isWhole: true), .init("status", isWhole: true), .init("model", isWhole: true),
            .init("result"), .init("task", isWhole: true), .init("created (UTC)", isWhole: true),
        ])
        for job in jobs {
            let place = job["queue_position"]?.asInt.map { " (\($0))" } ?? ""
            table.append([
                text(job, "id"), text(job, "status") + place, text(job, "model"), outcome(job), text(job, "task"),
                time(job["created_at"]),
            ])
        }
        StandardOutput.write(table)
    }

    /// Jobs by column, for programs.
    static func rows(_ jobs: [JSONValue]) -> OutputFormat.ListRows {
        let plain = [
            "id", "status", "model", "version", "task", "created_at", "started_at", "finished_at", "attempt",
        ]
        return OutputFormat.ListRows(
            jobs,
            plain.map { name in (name, { $0[name] }) } + [
                ("skill", { $0["result"]?["skill"] }), ("verdict", { $0["result"]?["verdict"] }),
                ("error", { $0["error"]?["detail"] }),
            ])
    }

    static func show(_ job: JSONValue) {
        var table = TextTable([.init("job"), .init(text(job, "id"))])
        func row(_ name: String, _ value: String) { if !value.isEmpty { table.append([name, value]) } }
        row("status", text(job, "status") + (job["queue_position"]?.asInt.map { " (\($0) in the queue)" } ?? ""))
        row("model", text(job, "model") + (job["version"]?.asInt.map { "@\($0)" } ?? ""))
        row("task", text(job, "task"))
        row("continues", text(job, "from"))
        for name in ["created", "started", "finished"] { row(name, time(job[name + "_at"])) }
        row("estimated finish", time(job["estimated_finish"]))
        if let attempt = job["attempt"]?.asInt, attempt > 1 { row("attempt", "\(attempt)") }
        if let progress = job["progress"]?.object {
            let epoch = "epoch \(progress["epoch"]?.asInt ?? 0)/\(progress["epochs"]?.asInt ?? 0)"
            row("progress", "step \(progress["step"]?.asInt ?? 0)/\(progress["steps"]?.asInt ?? 0), \(epoch)")
        }
        for (name, value) in job["metrics"]?.object?.members ?? [] { row(name, ModelDisplay.number(value)) }
        row("verdict", text(job["result"] ?? .null, "verdict"))
        row("error", text(job["error"] ?? .null, "detail"))
        for (name, value) in ModelDisplay.settings(job["settings"]) where name != "task" { row(name, value) }
        StandardOutput.write(table)
        for fault in job["error"]?["errors"]?.elements ?? [] {
            StandardOutput.write("  \(text(fault, "pointer")): \(text(fault, "detail"))\n")
        }
        if let result = job["result"], !result.isNull { ModelDisplay.metrics(result) }
    }

    /// Norms by lag of each measurement, a table for each layer.
    static func gradients(_ pictures: [JSONValue]) {
        guard let first = pictures.first else {
            return StandardError.write("nothing is measured yet: the first picture is made before the first step\n")
        }
        let layers = first["layers"]?.elements?.count ?? 0
        for layer in 0..<layers {
            let lags = shownLags(first["lags"]?.asNumbers ?? [])
            var table = TextTable(
                [.init("step", isNumeric: true), .init("epoch", isNumeric: true)]
                    + lags.map { .init("lag \(Int($0.lag))", isNumeric: true) })
            for picture in pictures {
                let norms = picture["layers"]?[layer]?.asNumbers ?? []
                let cells = lags.map { norms.indices.contains($0.index) ? ReadableNumber.text(norms[$0.index]) : "" }
                table.append(["\(picture["step"]?.asInt ?? 0)", "\(picture["epoch"]?.asInt ?? 0)"] + cells)
            }
            StandardOutput.write(layer == 0 ? "layer 0\n" : "\nlayer \(layer)\n")
            StandardOutput.write(table)
        }
        for warning in Set(pictures.compactMap { $0["warning"]?.asString }).sorted() {
            StandardOutput.write("\n\(warning)\n")
        }
    }

    /// Some seven lags from the nearest to the farthest, evenly by their logarithm, as pictures have them.
    private static func shownLags(_ lags: [Double]) -> [(index: Int, lag: Double)] {
        let count = min(7, lags.count)
        guard count > 1 else { return lags.indices.map { ($0, lags[$0]) } }
        let indices = (0..<count).map { $0 * (lags.count - 1) / (count - 1) }
        return indices.map { ($0, lags[$0]) }
    }

    private static func outcome(_ job: JSONValue) -> String {
        if let verdict = job["result"]?["verdict"]?.asString { return verdict }
        if let detail = job["error"]?["detail"]?.asString { return detail }
        guard let progress = job["progress"], let step = progress["step"]?.asInt, let steps = progress["steps"]?.asInt
        else { return "" }
        return "\(100 * step / max(1, steps)) %"
    }

    private static func text(_ value: JSONValue, _ name: String) -> String { value[name]?.asString ?? "" }

    /// `2026-11-28 18:37` in UTC.
    static func time(_ value: JSONValue?) -> String {
        String((value?.asString ?? "").prefix(16)).replacing("T", with: " ")
    }
}
