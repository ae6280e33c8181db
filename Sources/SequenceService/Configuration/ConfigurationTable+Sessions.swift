extension ConfigurationTable {
    private static let seconds = 1.0...1e10

    /// Sessions: how many, how long, how surely.
    static let sessionKeys: [ConfigurationKey] = [
        ConfigurationKey(
            "sessions_max", "sessions", .integer(\.service.sessions.countMax, 1...1_000_000_000), isLimit: true,
            "Sessions on disk (503)."),
        ConfigurationKey(
            "session_disk_bytes_max", "bytes", .integer(\.service.sessions.diskBytesMax, 1...(1 << 50)),
            isLimit: true, "States of all sessions on disk; beyond, no new one is created (503)."),
        ConfigurationKey(
            "session_cache_bytes_max", "bytes", .integer(\.service.sessions.cacheBytesMax, 1...(1 << 40)),
            isLimit: true, machineDefault: "a 32nd of the memory, at most 128 MiB",
            "Sessions in memory; the least recently used go first, and are read again when needed."),
        ConfigurationKey(
            "session_idle_seconds", "seconds", .number(\.service.sessions.idleSeconds, seconds), isLimit: true,
            "Without a step for so long a session is forgotten, unless it was created with expires_after."),
        ConfigurationKey(
            "session_idle_seconds_max", "seconds", .number(\.service.sessions.idleSecondsMax, seconds), isLimit: true,
            "The most that expires_after may be (422)."),
        ConfigurationKey(
            "session_age_seconds_max", "seconds", .number(\.service.sessions.ageSecondsMax, seconds), isLimit: true,
            "Age at which a session is forgotten, however often it is stepped."),
        ConfigurationKey(
            "session_answer_bytes_max", "bytes", .integer(\.service.sessions.keptAnswerBytesMax, 0...(1 << 30)),
            isLimit: true, "Longest answer that is kept for a repeat of a step with the same Idempotency-Key."),
        ConfigurationKey(
            "session_durable", "", .flag(\.service.sessions.isDurable),
            "A step is synced to the disk before it is answered. false: it outlives the end of the process, but the "
                + "last ones not a power cut."),
        ConfigurationKey(
            "state_keys_file", "", .text(\.stateKeysFile),
            "File of the secrets that seal states of sessions; without this setting state-keys.json in the data "
                + "directory. Servers that share it take each other's states. Read again when it changes."),
    ]
}
