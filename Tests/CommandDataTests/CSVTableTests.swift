import CommandData
import JSON
import Testing

@Suite struct CSVTableTests {
    private func table(_ text: String, separator: Character? = nil) throws -> CSVTable {
        try CSVTable(text: text, separator: separator, path: "t.csv")
    }

    /// RFC 4180, 2: line ends, quotes, doubled quotes, separators and line ends within quotes.
    @Test func cellsAreReadByTheStandard() throws {
        let quoted = try table("a,\"b,c\",\"d\"\"e\"\r\n1,\"x\ny\",\"\"\r\n\r\n2,,3")
        #expect(quoted.header == ["a", "b,c", "d\"e"])
        #expect(quoted.rows == [["1", "x\ny", ""], ["2", "", "3"]])
        #expect(try table("a;b;c\n1;2,5;3\n").rows == [["1", "2,5", "3"]], "the more frequent separator of the header")
        #expect(try table("a,b;c\n1,2;3\n", separator: ";").header == ["a,b", "c"])
        #expect(try table("a\tb\n1\t2\n", separator: "\t").rows == [["1", "2"]])
    }

    @Test func faultsNameFileRowAndColumn() throws {
        #expect(throws: InputError(description: "t.csv: is empty")) { try table("\n\n") }
        #expect(throws: InputError(description: "t.csv, row 3: 1 cells, the header has 2")) {
            try table("a,b\n1,2\n3\n")
        }
        let prices = try table("month,price\n1,x\n2,5\n")
        #expect(throws: InputError(description: "t.csv: no column prise; did you mean price?")) {
            try prices.indices(columns: ["prise"], group: nil)
        }
        #expect(throws: InputError(description: "t.csv: no column zzzzzz; there are: month, price")) {
            try prices.indices(columns: ["price"], group: "zzzzzz")
        }
        #expect(throws: InputError(description: "t.csv, row 2: \"x\" in column price is not a number")) {
            try prices.series([1], group: nil)
        }
        #expect(throws: InputError(description: "t.csv: no column holds only numbers; name them with --columns")) {
            try table("a\nx\n").indices(columns: [], group: nil)
        }
    }

    @Test func numericColumnsBecomeChannels() throws {
        let shops = try table("shop,note,x,y\nb,n,1,10\na,n,2,\nb,n,3,NA\na,n,-4e1,40\n")
        let indices = try shops.indices(columns: [], group: "shop")
        #expect(indices == [2, 3])
        #expect(shops.account(of: indices, group: "shop") == "columns x, y; series by shop; ignored note")
        let series = try shops.series(indices, group: "shop")
        #expect(series.count == 2, "in the order of their first rows")
        #expect(series[0].elements?.compactMap { $0.elements?.first?.asDouble } == [1, 3])
        #expect(series[1].elements?.compactMap { $0.elements?.first?.asDouble } == [2, -40])
        let single = try shops.series([3], group: "shop")
        #expect(single[1].elements?.map(\.asDouble) == [nil, 40], "an empty cell is a missing value")
    }

    @Test func aHeaderOfNumbersIsPointedOut() throws {
        let table = try table("1,2\n3,4\n")
        let account = table.account(of: [0, 1], group: nil)
        #expect(account == "columns 1, 2; the first row, though all numbers, was taken for the names")
    }
}
