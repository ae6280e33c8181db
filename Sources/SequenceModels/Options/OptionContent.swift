/// A value of an option, or the members of a group, for those who write them in a form of their own.
package indirect enum OptionContent: Sendable {
    case flag(Bool)
    case whole(Int)
    case seed(UInt64)
    case number(Double)
    case text(String)
    case list([OptionContent])
    /// In the order of their names.
    case members([(name: String, content: OptionContent)])
}

extension Bool: OptionValue {
    /// As it is.
    package var content: OptionContent { .flag(self) }
}

extension Int: OptionValue {
    /// As it is.
    package var content: OptionContent { .whole(self) }
}

extension UInt64: OptionValue {
    /// As it is.
    package var content: OptionContent { .seed(self) }
}

extension Double: OptionValue {
    /// As it is.
    package var content: OptionContent { .number(self) }
}

extension String: OptionValue {
    /// As it is.
    package var content: OptionContent { .text(self) }
}

extension Array: OptionValue where Element: OptionValue {
    /// The content of each element.
    package var content: OptionContent { .list(map { $0.content }) }
}

extension OptionValue where Self: RawRepresentable<String> & CaseIterable {
    /// The raw values of all cases.
    package static var words: [String]? { allCases.map { $0.rawValue } }

    /// The case with this raw value.
    package static func value(of word: String) -> Self? { Self(rawValue: word) }

    /// The word.
    package var content: OptionContent { .text(rawValue) }
}
