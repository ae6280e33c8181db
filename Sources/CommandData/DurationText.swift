/// Lengths of time as a clock shows them.
package enum DurationText {
    /// `0:07`, `12:30`, `3:05:00`, `2 d 3:05`; "-" for what is not a length of time.
    package static func text(seconds: Double) -> String {
        guard seconds.isFinite, (0..<1e12).contains(seconds) else { return "-" }
        let whole = Int(seconds.rounded())
        let (days, hours, minutes) = (whole / 86_400, whole / 3600 % 24, whole / 60 % 60)
        if days > 0 { return "\(days) d \(hours):\(padded(minutes))" }
        if hours > 0 { return "\(hours):\(padded(minutes)):\(padded(whole % 60))" }
        return "\(minutes):\(padded(whole % 60))"
    }

    private static func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
