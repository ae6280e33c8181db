/// The times of a series whose steps follow each other at a frequency: step n of a start, and the step of a time.
///
/// Frequencies of absolute length add it. Those of the calendar keep the time on the clock of the zone, so days have 23
/// or 25 hours where clocks change: what the clock skips is as much later as it was put forward, and of what it shows
/// twice the first is meant (`Zone.stamp`).
package struct TimeAxis: Sendable {
    /// Step 0.
    package let start: Stamp
    /// From one step to the next.
    package let frequency: Frequency
    /// Where the calendar's days begin.
    package let zone: Zone

    /// Where a time is on an axis.
    package enum Position: Hashable, Sendable {
        case step(Int)
        /// Later than this step, and earlier than the next one.
        case after(Int)
    }

    /// Days of the calendar; nil for a frequency of absolute length.
    let grid: CalendarGrid?
    /// Of the start, in `grid`.
    let firstNumber: Int
    private let microsecondsOfDay: Int64

    /// - Throws: `TimeError.startOffGrid` with the next stamp of the frequency, `beyondCalendar`.
    package init(start: Stamp, frequency: Frequency, zone: Zone) throws(TimeError) {
        guard Stamp.range.contains(start) else { throw TimeError.beyondCalendar(step: 0) }
        self.start = start
        self.frequency = frequency
        self.zone = zone
        let local = zone.local(start)
        grid = CalendarGrid(frequency, start: local.day)
        firstNumber = grid?.number(notAfter: local.day) ?? 0
        // Where clocks skip midnight a day begins later, but the next ones begin at midnight.
        let isDayBegin = zone.stamp(LocalTime(day: local.day, microsecondsOfDay: 0)) == start
        microsecondsOfDay = isDayBegin ? 0 : local.microsecondsOfDay
        if let grid, grid.day(firstNumber) != local.day {
            let next = zone.stamp(LocalTime(day: grid.day(firstNumber + 1), microsecondsOfDay: microsecondsOfDay))
            let style = TimestampStyle.dateTime
            throw TimeError.startOffGrid(
                start: style.text(start, zone), frequency: frequency, next: style.text(next, zone),
                keepsStart: frequency.keeping(local.date))
        }
    }

    /// The number of the first step, counted from one origin for all axes of a frequency: of those whose clocks show
    /// the same it is the same, whenever they start.
    package var firstOrdinal: Int {
        guard grid == nil, let length = frequency.microseconds else {
            return floorDivide(firstNumber, frequency.count)
        }
        return Int(floorDivide(zone.local(start).microseconds, length))
    }

    /// The time of a step.
    ///
    /// - Parameter step: from 0; negative before the start.
    /// - Throws: `TimeError.beyondCalendar`.
    package func stamp(_ step: Int) throws(TimeError) -> Stamp {
        guard let stamp = candidate(step), Stamp.range.contains(stamp) else {
            throw TimeError.beyondCalendar(step: step)
        }
        return stamp
    }

    /// The times of `count` steps from one on.
    ///
    /// - Throws: `TimeError.beyondCalendar`.
    package func stamps(from step: Int = 0, count: Int) throws(TimeError) -> [Stamp] {
        var stamps: [Stamp] = []
        stamps.reserveCapacity(count)
        for step in step..<(step + count) { stamps.append(try stamp(step)) }
        return stamps
    }

    /// The step of a time, or between which it lies. Where a whole day is skipped (Apia, 2011-12-30), two steps have
    /// the same time, and the later one is meant.
    package func position(of stamp: Stamp) -> Position {
        guard let grid else {
            // A frequency without a grid has an absolute length.
            let length = frequency.microseconds ?? 1, distance = stamp.microseconds - start.microseconds
            let step = floorDivide(distance, length)
            return step * length == distance ? .step(Int(step)) : .after(Int(step))
        }
        let number = grid.number(notAfter: zone.local(stamp).day)
        var step = floorDivide(number - firstNumber, frequency.count)
        // Time of day and changes of clocks move a stamp by less than one step, seldom by one.
        while let later = candidate(step + 1), later <= stamp { step += 1 }
        while let time = candidate(step), time > stamp { step -= 1 }
        return candidate(step) == stamp ? .step(step) : .after(step)
    }

    /// Nil where the numbers leave the calendar by far.
    private func candidate(_ step: Int) -> Stamp? {
        let (distance, overflow) = step.multipliedReportingOverflow(by: frequency.count)
        guard !overflow, distance.magnitude < Self.distanceMax else { return nil }
        guard let grid else {
            let (span, overflow) = Int64(step).multipliedReportingOverflow(by: frequency.microseconds ?? 1)
            let (time, overflows) = start.microseconds.addingReportingOverflow(span)
            return overflow || overflows ? nil : Stamp(microseconds: time)
        }
        let day = grid.day(firstNumber + distance)
        // A year more on both sides than `Stamp.range` has, so that its ends have neighbours.
        guard (-720_000...3_000_000).contains(day) else { return nil }
        return zone.stamp(LocalTime(day: day, microsecondsOfDay: microsecondsOfDay))
    }

    /// More milliseconds than the calendar has, so that days stay below what they can be counted by.
    private static let distanceMax: UInt = 1 << 49
}
