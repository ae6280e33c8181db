import Tables
import Testing

/// Roles of columns as someone gives them who looks at the table.
@Suite struct RoleTests {
    private func number(_ day: Int) -> String { "\(Tables.noise(day))" }

    @Test func aSimpleTableIsRead() throws {
        let text = Tables.days(60, "date,sales,promo,staff") { "\(number($0)),\($0 % 5 == 3),\(number($0 + 7))" }
        #expect(
            try Tables.roles(text)
                == "time: date (daily), target: sales, known in future: promo, known up to now: staff")
    }

    @Test func gapsAreCounted() throws {
        let rows = Tables.days(60, "date,sales") { number($0) }.split(separator: "\n").map(String.init)
        let text = (rows[0..<10] + rows[12..<30] + rows[31...]).joined(separator: "\n")
        #expect(try Tables.roles(text) == "time: date (daily, 3 gaps), target: sales")
    }

    /// An index, an epoch, an id and a constant beside the data change nothing.
    @Test func junkIsLeftOut() throws {
        let plain = Tables.days(40, "date,sales") { number($0) }
        let junk = Tables.days(40, "date,row,epoch,days,shop,empty,currency,sales") { day in
            "\(day),\(1_767_225_600 + 86_400 * day),\(day * 3 + 7),12,,EUR,\(number(day))"
        }
        let roles = try Tables.found(Tables.read(junk))
        #expect(roles.columns(.target) == ["sales"] && roles.columns(.time) == ["date"])
        #expect(roles.columns(.leftOut) == ["row", "epoch", "days", "empty", "currency"])
        #expect(roles.columns(.past).isEmpty && roles.columns(.future).isEmpty)
        let records = try Tables.records(junk).map { $0.replacing(#""id":"12","#, with: "") }
        #expect(try records == Tables.records(plain), "a shop alone is the id of its series")
    }

    /// A nameless index, as pandas and R write it, in the order of rows that are not that of time.
    @Test func rowNumbersAreNoTarget() throws {
        let rows = (0..<40).map { "\(Tables.day($0)),\(number($0))" }
        let shuffled = (0..<40).map { rows[$0 * 27 % 40] }
        let pandas = ",date,value\n" + shuffled.enumerated().map { "\($0.offset),\($0.element)\n" }.joined()
        #expect(try Tables.roles(pandas).hasPrefix("time: date (daily), target: value, left out: column 1 (an index)"))
        let r = "date,value\n" + rows.enumerated().map { "\($0.offset + 1),\($0.element)\n" }.joined()
        #expect(try Tables.roles(r) == "time: date (daily), target: value, left out: column 1 (an index)")
        #expect(try Tables.records(pandas) == Tables.records(r), "rows are put in the order of time")
    }

    @Test func seriesAreParted() throws {
        func table(_ id: (Int) -> String, _ header: String = "store") -> String {
            "date,\(header),sales\n"
                + (0..<3).flatMap { store in (0..<20).map { "\(Tables.day($0)),\(id(store)),\(number($0 + store))\n" } }
                .joined()
        }
        for ids in [["a", "b", "c"], ["17", "4", "301"], ["007", "008", "010"], ["1e5", "2e5", "1e6"]] {
            let text = table { ids[$0] }
            #expect(try Tables.roles(text) == "time: date (daily), id: store, target: sales", "\(ids)")
            let records = try Tables.records(text)
            #expect(records.count == 3 && records[1].hasPrefix(#"{"id":"\#(ids[1])","timestamps":["2026-01-01""#))
        }
        let two = table({ "north,\($0)" }, "region,store")
        #expect(try Tables.roles(two) == "time: date (daily), id: store, target: sales, left out: region (constant)")
    }

    @Test func twoColumnsMayBeOneID() throws {
        let rows = (0..<4).flatMap { pair in
            (0..<10).map { "\(Tables.day($0)),a\(pair / 2),s\(pair % 2),\(number($0 + pair))\n" }
        }
        let text = "date,agency,sku,volume\n" + rows.joined()
        #expect(try Tables.roles(text) == "time: date (daily), id: agency, sku, target: volume")
        #expect(try Tables.records(text)[1].hasPrefix(#"{"id":"a0/s1""#))
    }

    /// What has one value for each id is of the whole series, unless it is a code of the id.
    @Test func propertiesAreNotCodes() throws {
        let ids = ["Agency_12", "Agency_07", "Agency_31"], people = [153_733, 23_104, 98_022]
        let rows = ids.indices.flatMap { id in
            (0..<12).map {
                "\(Tables.day($0)),\(ids[id]),\(people[id]),\(id + 1),\([12, 7, 31][id]),kind \(id % 2),\(number($0))\n"
            }
        }
        let text = "date,agency,population,agency_num,number,kind,volume\n" + rows.joined()
        let roles = try Tables.found(Tables.read(text))
        #expect(roles.columns(.fixed) == ["population", "kind"])
        #expect(roles.columns(.leftOut) == ["agency_num", "number"])
        #expect(try Tables.records(text)[0].hasSuffix(#""static":{"population":153733,"kind":"kind 0"}}"#))
    }

    /// One-hot and sine columns, and columns by their names, that the calendar tells.
    @Test func theCalendarIsNotLearnedTwice() throws {
        let sines = [0, 0.781831, 0.974928, 0.433884, -0.433884, -0.974928, -0.781831]
        let text = Tables.days(90, "ds,y,day_0,day_1,sin_dow,weekday,weekend,holiday,level") { day in
            "\(number(day)),\(day % 7 == 4 ? "1.0" : "0.0"),\(day % 7 == 5 ? 1 : 0),\(sines[day % 7]),"
                + "\(["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][day % 7]),\(day % 7 == 2 || day % 7 == 3),"
                + "\(day == 0 || day == 31 ? 1 : 0),\(number(day * 3))"
        }
        let roles = try Tables.found(Tables.read(text))
        #expect(roles.columns(.leftOut) == ["day_0", "day_1", "sin_dow", "weekday"])
        #expect(roles.columns(.future) == ["weekend", "holiday"] && roles.columns(.past) == ["level"])
        #expect(roles.choices.first { $0.column == "day_0" }?.reason == "ds tells it")
        let few = Tables.days(9, "ds,y,day_0") { "\(number($0)),\($0 % 7 == 4 ? 1 : 0)" }
        #expect(try Tables.found(Tables.read(few)).columns(.past) == ["day_0"], "too few rows to be sure")
        let only = Tables.days(60, "ds,wave") { "\(sines[$0 % 7])" }
        #expect(try Tables.roles(only) == "time: ds (daily), target: wave", "what is to be learned may be a cycle")
    }

    @Test func theFinestTimeIsTaken() throws {
        let rows = (0..<48).map { hour in
            "2026-01-0\(hour / 24 + 1)T\(hour % 24 < 10 ? "0" : "")\(hour % 24):00:00Z,\(number(hour)),"
                + "2026-01-0\(hour / 24 + 1),\(hour % 24),\(hour / 24 + 1)\n"
        }
        let roles = try Tables.roles("Time,Demand,Date,hour,dayofmonth\n" + rows.joined())
        #expect(
            roles == "time: Time (hourly), target: Demand, left out: Date (Time tells it), hour (Time tells it), "
                + "dayofmonth (Time tells it)")
    }

    @Test func timesMayBeNumbers() throws {
        let epochs = (0..<20).map { "\(1_767_225_600 + 3600 * $0),\(number($0))\n" }.joined()
        #expect(try Tables.roles("stamp,x\n" + epochs) == "time: stamp (hourly), target: x")
        #expect(try Tables.records("stamp,x\n" + epochs)[0].hasPrefix(#"{"timestamps":[1767225600,1767229200"#))
        let years = (0..<20).map { "\(1980 + $0),\(number($0))\n" }.joined()
        #expect(try Tables.roles("year,x\n" + years) == "time: year (yearly), target: x")
        #expect(try Tables.records("year,x\n" + years)[0].hasPrefix(#"{"timestamps":["1980","1981""#))
        let steps = (0..<20).filter { $0 != 2 }.map { "\(0.5 * Double($0)),\(number($0))\n" }
        let records = try Tables.records("t,x\n" + steps.reversed().joined(), [.time: ["t"]])
        #expect(
            records[0].hasPrefix(#"{"target":{"x":[\#(number(0)),\#(number(1)),null,"#), "steps are counted: \(records)"
        )
        #expect(
            try Tables.roles("t,x\n" + (0..<20).map { "\($0),\(number($0))\n" }.joined())
                == "time: t (steps), target: x")
    }

    /// Series that stand one below the other without an id.
    @Test func gluedSeriesAreAskedAbout() throws {
        let block = (0..<15).map { "\(Tables.day($0)),\(number($0))\n" }.joined()
        let doubt = try #require(try Tables.doubt("date,value\n" + block + block + block))
        #expect(doubt.option == "id" && doubt.question.contains("goes back to its begin 2 times"))
        let counted = (0..<3).flatMap { block in (0..<15).map { "\($0),\(number($0 + block))\n" } }.joined()
        #expect(try Tables.doubt("day,value\n" + counted)?.option == "id")
    }

    @Test func severalNumbersAreAskedAbout() throws {
        let text = Tables.days(40, "date,HUFL,MUFL,OT") { "\(number($0)),\(number($0 + 3)),\(number($0 * 2))" }
        let doubt = try #require(try Tables.doubt(text))
        #expect(doubt.option == "target" && doubt.answers == ["HUFL", "MUFL", "OT"])
        #expect(
            try Tables.roles(text, [.target: ["OT"]]) == "time: date (daily), target: OT, known up to now: HUFL, MUFL")
        let named = text.replacing("MUFL", with: "total_sales")
        #expect(try Tables.found(Tables.read(named)).columns(.target) == ["total_sales"])
    }

    @Test func whatIsSaidCounts() throws {
        let text = Tables.days(40, "date,sales,promo,temperature") { "\(number($0)),\($0 % 3),\(number($0 + 3))" }
        let said: [ColumnRole: [String]] = [.target: ["temperature"], .future: ["sales"], .leftOut: ["promo"]]
        #expect(
            try Tables.roles(text, said)
                == "time: date (daily), target: temperature, known in future: sales, left out: promo")
        let wrong = try #require(try Tables.doubt(text, [.target: ["sale"]]))
        #expect(wrong.question == "there is no column sale; did you mean sales?")
        #expect(
            try Tables.doubt(text, [.target: ["sales"], .past: ["sales"]])?.question.contains("one of them") == true)
        #expect(try Tables.doubt(text, [.target: ["sales"]]) == nil)
    }

    @Test func twoDatesAreAskedAbout() throws {
        let text = Tables.days(20, "ordered,shipped,amount") { "\(Tables.day($0 + 3)),\(number($0))" }
        let doubt = try #require(try Tables.doubt(text))
        #expect(doubt.option == "time" && doubt.answers == ["ordered", "shipped"])
    }

    /// Behind the last value of a target, a prediction knows what is known ahead.
    @Test func theFutureIsKept() throws {
        let text = Tables.days(10, "date,sales,promo") { "\($0 < 8 ? number($0) : ""),\($0 % 3 == 1 ? 1 : 0)" }
        var options = TableSeries.Options()
        let training = try Tables.records(text, [:], options)[0]
        #expect(training.contains("2026-01-08\"]") && training.hasSuffix(#""future":{"promo":[0,1,0,0,1,0,0,1]}}"#))
        options.keepsFuture = true
        let prediction = try Tables.records(text, [:], options)[0]
        #expect(
            prediction.contains("2026-01-10\"]") && prediction.hasSuffix(#""future":{"promo":[0,1,0,0,1,0,0,1,0,0]}}"#))
    }

    @Test func eachRowNeedsItsIDAndTime() throws {
        let text = "date,store,sales\n2026-01-01,a,1\n2026-01-02,a,2\n2026-01-01,b,3\n2026-01-02,,4\n2026-01-03,b,4\n"
        #expect(throws: TableError.self) { try Tables.records(text, [.id: ["store"]]) }
        let times = "date,sales\n2026-01-01,1\n,2\n2026-01-03,3\n"
        #expect(throws: TableError.cell(line: 3, column: "date", text: "", expected: "a time, as each row needs")) {
            try Tables.records(times)
        }
    }
}
