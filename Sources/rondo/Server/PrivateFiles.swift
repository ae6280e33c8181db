import System

/// What the server makes is its user's only: models and training data may tell about people.
enum PrivateFiles {
    /// Sets the umask of the process to 077. The modes of the store's files say the same; this is for what libraries
    /// make.
    static func becomeDefault() { umask(0o077) }
}
