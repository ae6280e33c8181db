extension TimeAxis {
    /// The axis whose first period has a time in it, as pandas' resampling begins it: at a multiple of an
    /// absolute length since midnight, or at the begin of a day; weeks and what is stamped with its last day end there.
    ///
    /// - Throws: `TimeError.beyondCalendar`.
    package init(covering stamp: Stamp, frequency: Frequency, zone: Zone) throws(TimeError) {
        let local = zone.local(stamp)
        var start = zone.stamp(LocalTime(day: local.day, microsecondsOfDay: 0))
        if let length = frequency.microseconds {
            let distance = stamp.microseconds - start.microseconds
            start = Stamp(microseconds: start.microseconds + floorDivide(distance, length) * length)
        } else if let grid = CalendarGrid(frequency, start: local.day) {
            let number = Self.number(local.day, grid, frequency)
            start = zone.stamp(LocalTime(day: grid.day(number), microsecondsOfDay: 0))
        }
        try self.init(start: start, frequency: frequency, zone: zone)
    }

    /// The step in whose period a time lies: from its stamp up to the next one; of frequencies that are stamped with
    /// their last day from behind the one before until the end of that day.
    package func period(of stamp: Stamp) -> Int {
        if frequency.isEndStamped, let grid {
            let number = Self.number(zone.local(stamp).day, grid, frequency)
            return -floorDivide(firstNumber - number, frequency.count)
        }
        switch position(of: stamp) {
        case .step(let step), .after(let step): return step
        }
    }

    /// The number of the grid day that a day counts to.
    private static func number(_ day: Int, _ grid: CalendarGrid, _ frequency: Frequency) -> Int {
        let number = grid.number(notAfter: day)
        return frequency.isEndStamped && grid.day(number) != day ? number + 1 : number
    }
}

extension Frequency {
    /// Whether stamps stand at the end of their periods: weeks, and what has the last day of a month.
    fileprivate var isEndStamped: Bool {
        switch unit {
        case .weeks, .months(.last), .quarters(_, .last), .years(_, .last): true
        default: false
        }
    }
}
