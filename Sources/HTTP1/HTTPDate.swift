import SeriesTime

/// The preferred date form of RFC 9110 5.6.7, `Sun, 06 Nov 1994 08:49:37 GMT`.
package enum HTTPDate {
    private static let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// - Parameter unixSeconds: since 1970-01-01T00:00:00Z; times before that are shown as that.
    package static func format(unixSeconds: Int) -> String {
        let seconds = max(0, unixSeconds)
        let day = seconds / 86_400
        let time = seconds % 86_400
        let date = CivilDate(daysSinceEpoch: day)
        let name = days[CivilDate.weekday(daysSinceEpoch: day).rawValue]
        let clock = "\(two(time / 3600)):\(two(time / 60 % 60)):\(two(time % 60))"
        return "\(name), \(two(date.day)) \(months[date.month - 1]) \(four(date.year)) \(clock) GMT"
    }

    private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    private static func four(_ value: Int) -> String {
        let text = "\(value)"
        return String(repeating: "0", count: max(0, 4 - text.count)) + text
    }
}
