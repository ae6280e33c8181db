/// One change of a session, as it is recorded together with others.
package enum SessionChange: Sendable {
    /// A new session.
    case insert(SessionRecord, state: [UInt8])
    /// A session that was read as `from` steps, and where it stands now.
    case step(SessionRecord, from: SessionRecord, state: [UInt8], answer: SessionAnswer?)
    /// A session that was moved to another version.
    case rebase(SessionRecord, from: SessionRecord, state: [UInt8])
    /// The end of a session.
    case delete(SessionRecord)

    /// Whether it makes room.
    package var isDeletion: Bool { if case .delete = self { true } else { false } }
}
