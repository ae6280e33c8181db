/// What is wrong with a file or an argument that a user gave to a command.
package struct InputError: Error, Equatable, CustomStringConvertible {
    /// File, place, fault, and what would be right.
    package let description: String

    /// An error in words.
    package init(description: String) { self.description = description }
}
