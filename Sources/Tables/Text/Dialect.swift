/// How a table is written: what stands between its cells, and how its numbers look.
package struct Dialect: Sendable, Equatable {
    /// Between two cells: a comma, a semicolon, a tab or a bar.
    package var separator: UInt8
    /// Before the fraction of a number: a point or a comma.
    package var decimalMark: UInt8
    /// Between groups of three digits; nil where there is none. A blank stands for all kinds of blanks.
    package var thousandsMark: UInt8?
    /// Lines that begin with `#` are not rows.
    package var hasComments: Bool
    /// The first row has the names of the columns.
    package var hasHeader: Bool
    /// The first line says what the separator is (`sep=;`), as Excel writes it.
    package var hasSeparatorLine = false

    /// That of RFC 4180 with a header.
    package init(
        separator: UInt8 = UInt8(ascii: ","), decimalMark: UInt8 = UInt8(ascii: "."), thousandsMark: UInt8? = nil,
        hasComments: Bool = false, hasHeader: Bool = true
    ) {
        self.separator = separator
        self.decimalMark = decimalMark
        self.thousandsMark = thousandsMark
        self.hasComments = hasComments
        self.hasHeader = hasHeader
    }
}
